/**
 * Keys as people should not choose them, and S3 takes them: any UTF-8 of up to 1,024 bytes, with no
 * more relative segments than others before them.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 */
export const ODD_KEYS: readonly string[] = [
  ...["/", "//", "///", "/first", "//first", "last/", "last//", "a//b", "a/./b", "a/../b", "./a", "a/.", "a/.."],
  ...["ü/ñ/😀", "é", "e\u0301", "a b+c", "100%", "%2F", "<&>\"'", "tab\there", "line\nbreak", "\r", "\u0001"],
  ...["\u007f", "\ufffe", "~*'()", "?versionId=x#y", "k".repeat(1024), "ü".repeat(512)],
];
