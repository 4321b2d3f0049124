/** How the flags about accounts are understood by commands that read a hub's ledger. */
export const ledgerNote =
  "With a hub, --account, --all-accounts, --ou and --region choose what of its ledger is shown; no account is entered, so that --role is not needed. --all-accounts are those that the ledger knows.";
