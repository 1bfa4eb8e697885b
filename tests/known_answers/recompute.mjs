// Reads [{secret, stringToSign}, …] on standard input and prints the signatures, one a line.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';

for (const { secret, stringToSign } of JSON.parse(readFileSync(0, 'utf8'))) {
  console.log(createHmac('sha256', secret).update(stringToSign).digest('base64'));
}
