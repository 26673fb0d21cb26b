import { describe, expect, test } from '@jest/globals';
import { ArgumentRefused, readArguments } from '../../../api/soap/deserialise.ts';
import type { Arguments } from '../../../api/soap/deserialise.ts';
import { readPfWsSdk } from '../../../api/soap/pfWsSdk.ts';
import { readXml, sdkLimits } from '../../../api/xml/reader.ts';

const wsdl = readPfWsSdk();
const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

const read = (operation: string, children: string): Arguments =>
  readArguments(
    wsdl.operations.get(operation)?.inputs ?? [],
    readXml(`<x xmlns="urn:any" ${xsi}>${children}</x>`, sdkLimits),
  );

const auth = (children: string): unknown[] => {
  const args = read('PfAuthUser_4', children);
  return [
    args.text('username'),
    args.text('initiatingAuthenticationType'),
    args.text('initiatingIp'),
    args.text('applicationName'),
    args.flag('requireUserMatch'),
  ];
};

const whole =
  '<username>a</username><initiatingAuthenticationType>pfsdk</initiatingAuthenticationType>' +
  '<initiatingIp>b</initiatingIp><applicationName>c</applicationName><requireUserMatch>true</requireUserMatch>';
const wholeRead = ['a', 'pfsdk', 'b', 'c', true];

describe('tolerance of contracts/sdk-soap.md section 4', () => {
  test.each([
    ['as published', whole, wholeRead],
    [
      'names in any case',
      whole.replaceAll('username', 'UserName').replaceAll('requireUserMatch', 'REQUIREUSERMATCH'),
      wholeRead,
    ],
    [
      'any order',
      '<requireUserMatch>1</requireUserMatch><username>a</username>',
      ['a', 'unspecified', '', '', true],
    ],
    ['unknown children are ignored', `${whole}<later>x</later>`, wholeRead],
    ['nothing at all', '', ['', 'unspecified', '', '', false]],
    ['by position', '<u>a</u><v>pfsdk</v><w>b</w><x>c</x><y>true</y>', wholeRead],
    [
      'by position where only some names fit',
      '<username>a</username><authType>pfsdk</authType><ip>b</ip><app>c</app><match>true</match>',
      wholeRead,
    ],
    [
      'a name outweighs a place',
      '<a/><b/><username>u</username><c/><d/>',
      ['u', 'unspecified', '', '', false],
    ],
    [
      'no positions where the number differs',
      '<u>a</u><v>pfsdk</v>',
      ['', 'unspecified', '', '', false],
    ],
    [
      'nil is missing',
      '<username xsi:nil="true">x</username><requireUserMatch xsi:nil="1"/>',
      ['', 'unspecified', '', '', false],
    ],
    ['text keeps its blanks', '<username> a\t</username>', [' a\t', 'unspecified', '', '', false]],
    [
      'CDATA is text',
      '<username><![CDATA[<?xml version="1.0"?><a/>]]></username>',
      ['<?xml version="1.0"?><a/>', 'unspecified', '', '', false],
    ],
    [
      'an unknown kind of caller is the SDK',
      '<initiatingAuthenticationType>sharepoint</initiatingAuthenticationType>',
      ['', 'pfsdk', '', '', false],
    ],
    [
      'enumerations in any case',
      '<initiatingAuthenticationType> PfSdk </initiatingAuthenticationType>',
      ['', 'pfsdk', '', '', false],
    ],
    ['an empty flag is false', '<requireUserMatch/>', ['', 'unspecified', '', '', false]],
  ])('%s', (_name, children, expected) => {
    expect(auth(children)).toEqual(expected);
  });

  test.each([
    ['0', false],
    ['false', false],
    ['1', true],
    [' true\n', true],
  ])('flag %j', (text, expected) => {
    expect(
      read('PfAuthUser_4', `<requireUserMatch>${text}</requireUserMatch>`).flag('requireUserMatch'),
    ).toBe(expected);
  });

  test.each([
    ['0', 0],
    ['4294967295', 4_294_967_295],
    [' 15 ', 15],
    ['+15', 15],
    ['-0', 0],
    ['', 0],
  ])('number %j', (text, expected) => {
    expect(read('OneTimeBypass', `<seconds>${text}</seconds>`).number('seconds')).toBe(expected);
  });
});

describe('malformed values name their field', () => {
  test.each([
    ['OneTimeBypass', '<seconds>4294967296</seconds>', 'seconds'],
    ['OneTimeBypass', '<seconds>-1</seconds>', 'seconds'],
    ['OneTimeBypass', '<SECONDS>1e3</SECONDS>', 'seconds'],
    ['OneTimeBypass', '<seconds>0x10</seconds>', 'seconds'],
    ['OneTimeBypass', '<seconds>1.5</seconds>', 'seconds'],
    ['PfAuthUser_4', '<requireUserMatch>yes</requireUserMatch>', 'requireUserMatch'],
    ['PfAuthUser_4', '<username><b/></username>', 'username'],
    ['PfAuthUser_4', '<username>a</username><userName>b</userName>', 'username'],
    ['FindUsers', '<modeFilter>pigeon</modeFilter>', 'modeFilter'],
    ['AddUser', '<userSettings><Enabled>maybe</Enabled></userSettings>', 'Enabled'],
  ])('%s %s', (operation, children, field) => {
    expect(() => read(operation, children)).toThrow(new ArgumentRefused(field));
  });
});

describe('structures and arrays', () => {
  test('a structure knows what it was given', () => {
    const settings = read(
      'AddUser',
      '<userSettings><FirstName>A</FirstName><Enabled>1</Enabled></userSettings>',
    ).record('userSettings');
    expect([settings.text('FirstName'), settings.flag('Enabled'), settings.text('Mode')]).toEqual([
      'A',
      true,
      'phone',
    ]);
    expect([settings.has('FirstName'), settings.has('LastName'), settings.has('Mode')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(read('AddUser', '').record('userSettings').has('Enabled')).toBe(false);
  });

  test('an array of texts, its nil items left out', () => {
    const items = '<tagIds><string>a</string><string xsi:nil="true"/><string/></tagIds>';
    expect(read('FindUsers', items).texts('tagIds')).toEqual(['a', '']);
    expect(read('FindUsers', '').texts('tagIds')).toEqual([]);
  });

  test('asking for what the contract does not have is a mistake of the program', () => {
    expect(() => read('TestSecurity', '<a/>').text('a')).toThrow(TypeError);
    expect(() => read('PfAuthUser_4', '').number('username')).toThrow(TypeError);
  });
});
