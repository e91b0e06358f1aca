"""`partnerdesk`, the command-line client: it talks to the HTTP API like any other client and imports no AWS SDK."""
