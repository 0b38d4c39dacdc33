import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** OWASP's minimum parameters for scrypt, with 32 MiB per hash. */
const strength = { ln: 15, r: 8, p: 3 };
const hashBytes = 32;
const saltBytes = 16;

const phc =
  /^\$scrypt\$ln=(?<ln>\d+),r=(?<r>\d+),p=(?<p>\d+)\$(?<salt>[A-Za-z0-9+/]+)\$(?<hash>[A-Za-z0-9+/]+)$/;

/** Hashes a password for a `users` section: `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`, in the PHC string format. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(password, salt, strength);
  const { ln, r, p } = strength;
  return `$scrypt$ln=${ln},r=${r},p=${p}$${toBase64(salt)}$${toBase64(hash)}`;
}

/** Whether a password matches a hash; takes equally long for any password. */
export async function isPasswordOf(hash: string, password: string): Promise<boolean> {
  const parts = phc.exec(hash)?.groups;
  if (!parts) return false;
  const { ln, r, p, salt = '', hash: expected = '' } = parts;
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  const actual = await derive(password, Buffer.from(salt, 'base64'), cost);
  const wanted = Buffer.from(expected, 'base64');
  return wanted.length === actual.length && timingSafeEqual(wanted, actual);
}

/** Normalizes composed accents (RFC 8265, section 4). */
function derive(password: string, salt: Buffer, { ln, r, p }: typeof strength): Promise<Buffer> {
  const N = 2 ** ln;
  const options = { N, r, p, maxmem: 256 * N * r };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, hashBytes, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

function toBase64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
