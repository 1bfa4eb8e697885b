// Loaded into every node process of the mock. Standard input is a pipe whose other end only the launcher holds: when
// it closes, the launcher is gone, however it ended, and so must we be.
'use strict';
process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
process.stdin.resume();
process.stdin.unref?.();
