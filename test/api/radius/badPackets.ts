/* Octets that are no packet (RFC 2865 §3), as they would arrive. */

const octetsOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const times = (count: number, hex: string): string => hex.repeat(count);
const authenticator = '8a54f4686fb394c52866e302185d0623';
const name = '0105616e6e';
const proof = `5012${times(16, '00')}`;
const eap = '4f070201000501';
const password = `0212${times(16, 'a5')}`;
const chap = `0313${times(17, '5a')}`;

const lengthOf = (octets: number): string => octets.toString(16).padStart(4, '0');
/** A header with these attributes; its length is right unless it is given. */
const packet = (attributes: string, length = 20 + attributes.replaceAll(' ', '').length / 2) =>
  octetsOf(`01 07 ${lengthOf(length)} ${authenticator} ${attributes}`);
const padded = (octets: number, length: number): Buffer =>
  Buffer.concat([packet('', length)], octets);

export const badPackets: readonly (readonly [string, Buffer])[] = [
  // The header.
  ['nothing', Buffer.alloc(0)],
  ['one octet', octetsOf('01')],
  ['three octets', octetsOf('01 07 00')],
  ['a header without its authenticator', octetsOf('01 07 0014')],
  ['19 octets', packet('').subarray(0, 19)],
  ['19 octets that say so', packet('', 19).subarray(0, 19)],
  ['length 0', packet('', 0)],
  ['length 1', packet('', 1)],
  ['length 19', packet('', 19)],
  ['length 20 the wrong way round', packet('', 0x1400)],
  ['length 21 of 20 octets', packet('', 21)],
  ['length 22 of 20 octets', packet('', 22)],
  ['length 4096 of 20 octets', packet('', 4096)],
  ['length 4096 of 4095 octets', padded(4095, 4096)],
  ['length 4097', padded(4097, 4097)],
  ['length 5000', padded(5000, 5000)],
  ['length 65507 of the longest datagram', padded(65_507, 65_507)],
  ['length 65535', padded(65_507, 65_535)],
  ['a packet without its last octet', packet(name).subarray(0, 24)],
  ['a packet that is cut in a length', packet(name).subarray(0, 21)],
  // The attributes.
  ['type 0', packet('0002')],
  ['type 0 with a value', packet('0003 6e')],
  ['type 0 behind a name', packet(`${name} 0003 6e`)],
  ['type 0 before a name', packet(`0003 6e ${name}`)],
  ['two zeros behind a name', packet(`${name} 0000`)],
  ['length 0 of an attribute', packet('0100')],
  ['length 0 behind a name', packet(`${name} 0100`)],
  ['length 0 and zeros', packet(`0100 ${times(30, '00')}`)],
  ['length 1 of an attribute', packet('0101')],
  ['length 1 behind a name', packet(`${name} 0101`)],
  ['length 1 and a name', packet(`0101 ${name}`)],
  ['a type without a length', packet('01')],
  ['a type without a length behind a name', packet(`${name} 01`)],
  ['one zero behind a name', packet(`${name} 00`)],
  ['a name that is one octet short', packet('0105 616e')],
  ['a name of 255 octets in 5', packet('01ff 616e6e')],
  ['a name that begins in the last octet but one', packet(`${name} 0103`)],
  ['a name of 255 octets in 254', packet(`01ff ${times(252, '61')}`)],
  ['a vendor attribute that is cut', packet('1a14 00000137 190e 0102')],
  ['an attribute that leaves one octet', packet('0104 6161 21')],
  ['201 empty attributes', packet(times(201, '1902'))],
  ['201 attributes', packet(times(201, '1903 61'))],
  ['201 attributes, the last a proof', packet(times(200, '1902') + proof)],
  ['2,038 attributes', packet(times(2_038, '1902'))],
  ['200 attributes and type 0', packet(`${times(199, '1902')} 0002`)],
  // The proof.
  ['two proofs', packet(proof + proof)],
  ['two proofs around a name', packet(proof + name + proof)],
  ['three proofs', packet(proof + proof + proof)],
  ['an empty proof', packet('5002')],
  ['a proof of 1 octet', packet('5003 00')],
  ['a proof of 15 octets', packet(`5011 ${times(15, '00')}`)],
  ['a proof of 17 octets', packet(`5013 ${times(17, '00')}`)],
  ['a proof of 32 octets', packet(`5022 ${times(32, '00')}`)],
  ['a proof of 253 octets', packet(`50ff ${times(253, '00')}`)],
  ['a whole proof and a short one', packet(`${proof} 5003 00`)],
  ['a proof that the packet cuts', packet(`5012 ${times(15, '00')}`)],
  // EAP and a password.
  ['EAP and User-Password', packet(eap + password)],
  ['User-Password and EAP', packet(password + name + eap)],
  ['EAP and CHAP-Password', packet(eap + chap)],
  ['CHAP-Password and EAP', packet(chap + eap)],
  ['EAP, its proof, and User-Password', packet(name + eap + proof + password)],
  ['EAP in two parts and User-Password', packet(eap + eap + password)],
  ['empty EAP and an empty User-Password', packet('4f02 0202')],
  ['EAP, User-Password and CHAP-Password', packet(eap + password + chap)],
  ['EAP and User-Password behind 190 others', packet(times(190, '1902') + eap + password)],
];
