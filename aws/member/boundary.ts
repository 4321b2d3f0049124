/** The boundary of every role of the template, where there is one. */
export const boundary = { "Fn::If": ["Bound", { Ref: "PermissionsBoundary" }, { Ref: "AWS::NoValue" }] };
