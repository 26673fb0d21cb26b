import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { decodeBase32 } from '../../../adapters/otp/base32.ts';
import { readTokenCsv } from '../../../api/tokenFiles/csv.ts';
import { Rejected } from '../../../domain/errors.ts';
import { count, seed } from '../../support/profile.ts';

const read = async (text: string) => await readTokenCsv(Buffer.from(text), decodeBase32);
const faultOf = async (row: string) => {
  const [line] = (await read(row)).lines;
  return line && 'fault' in line ? line.fault : undefined;
};
const secret = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

describe('CSV files of tokens', () => {
  test('three columns: serial, secret, interval', async () => {
    expect((await read(`S1,${secret},30\r\nS2,${secret.toLowerCase()},60\n`)).lines).toEqual([
      {
        line: 1,
        token: {
          serial: 'S1',
          secret,
          weak: false,
          kind: 'totp',
          digits: 6,
          periodSeconds: 30,
          counter: 0,
        },
      },
      expect.objectContaining({
        line: 2,
        token: expect.objectContaining({ serial: 'S2', secret, periodSeconds: 60 }),
      }),
    ]);
  });

  test('six columns of the cloud’s list, with its header line or without', async () => {
    const row = `jo@example.com,S1,${secret},60,Acme,"Model, one"`;
    const header = 'upn,serial number,secret key,time interval,manufacturer,model';
    const token = {
      serial: 'S1',
      secret,
      weak: false,
      kind: 'totp',
      digits: 6,
      periodSeconds: 60,
      counter: 0,
      manufacturer: 'Acme',
      model: 'Model, one',
      username: 'jo@example.com',
    };
    expect((await read(`\uFEFF${header}\r\n${row}`)).lines).toEqual([{ line: 2, token }]);
    expect((await read(row)).lines).toEqual([{ line: 1, token }]);
  });

  test('columns by name, in any order; what is not known is left out with a warning', async () => {
    const { lines, warnings } = await read(
      `Colour,SECRET,Serial,Kind,Counter,Digits\nred,${secret},S1,HOTP,12,8\n`,
    );
    expect(lines).toMatchObject([{ token: { kind: 'hotp', counter: 12, digits: 8 } }]);
    expect(warnings).toEqual(['column "Colour" is not known and left out']);
  });

  test('SEC-35 secrets are base32 of 80 bits and more, below 128 bits marked, at most 128 characters', async () => {
    const weakOf = async (text: string) => {
      const [line] = (await read(`S1,${text},30`)).lines;
      return line && 'token' in line ? line.token.weak : undefined;
    };
    expect(await weakOf('A'.repeat(16))).toBe(true);
    expect(await weakOf('A'.repeat(25))).toBe(true);
    expect(await weakOf('A'.repeat(26))).toBe(false);
    expect(await weakOf('A'.repeat(128))).toBe(false);
    expect(await faultOf(`S1,${'A'.repeat(15)},30`)).toBe('secret: at least 80 bits');
    expect(await faultOf(`S1,${'A'.repeat(129)},30`)).toBe('secret: at most 128 characters');
    expect(await faultOf('S1,,30')).toBe('secret: at least 80 bits');
    // One page of the original's documentation misprints 1–7.
    expect(await faultOf(`S1,${'A'.repeat(31)}1,30`)).toContain('2 to 7');
    expect(await faultOf(`S1,${'A'.repeat(31)}8,30`)).toContain('2 to 7');
  });

  test.each([
    [`,${secret},30`, 'serial number: 1 to 64 printable characters'],
    [`${'9'.repeat(65)},${secret},30`, 'serial number: 1 to 64 printable characters'],
    [`S1,${secret},45`, 'interval: 30 or 60'],
    [`S1,${secret},abc`, 'interval: 30 or 60'],
    [`"S1,${secret},30`, 'a quote is not closed'],
  ])('%#: a line that is wrong is told, the others are taken', async (row, reason) => {
    const good = `S2,${secret},30`;
    const { lines } = await read(`${good}\n${row}`);
    expect(lines).toMatchObject([
      { line: 1, token: {} },
      { line: 2, fault: reason },
    ]);
    expect(JSON.stringify(lines[1])).not.toContain(secret);
  });

  test('columns that were mixed up show no secret beside the fault', async () => {
    const [line] = (await read(`${secret},S1,30`)).lines;
    expect(line).toEqual({ line: 1, serial: '', fault: expect.any(String) });
  });

  test('a file that is none is refused', async () => {
    await expect(read('a,b\nc,d')).rejects.toThrow(Rejected);
    await expect(readTokenCsv(Buffer.from([0xff, 0xfe, 0x41]), decodeBase32)).rejects.toThrow(
      'the file is not UTF-8',
    );
    expect((await read('serial,secret\n')).lines).toEqual([]);
    await expect(read('')).rejects.toThrow(Rejected);
  });

  test('any text ends as lines or as a refusal, and no fault names a secret', async () => {
    const cell = fc.oneof(fc.string(), fc.constantFrom(secret, '30', '60', 'S1', '"', '\r', ','));
    const rows = fc.array(fc.array(cell, { minLength: 3, maxLength: 6 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(rows, async (cells) => {
        const text = cells.map((row) => row.join(',')).join('\n');
        try {
          for (const line of (await read(text)).lines)
            if ('fault' in line) expect(JSON.stringify(line)).not.toContain(secret);
        } catch (error) {
          expect(error).toBeInstanceOf(Rejected);
        }
      }),
      { seed, numRuns: count(2_000) },
    );
  });
});
