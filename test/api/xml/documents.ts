/** Documents that no reader of ours may take (SEC-17). `{url}` and `{file}` are canaries that nobody opens. */
export const hostileDocuments = (canary: { url: string; file: string }): readonly string[] => {
  const { url, file } = canary;
  const laughs = Array.from({ length: 9 }, (_, level) => {
    const inner = `&l${level};`.repeat(10);
    return `<!ENTITY l${level + 1} "${inner}">`;
  }).join('');
  const nothing = '<a/>';
  return [
    `<!DOCTYPE a>${nothing}`,
    `<!DOCTYPE a SYSTEM "${url}/a.dtd">${nothing}`,
    `<!DOCTYPE a SYSTEM "file://${file}">${nothing}`,
    `<!DOCTYPE a PUBLIC "-//X//Y" "${url}/a.dtd">${nothing}`,
    `<!DOCTYPE a []>${nothing}`,
    `<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>`,
    `<!DOCTYPE a [<!ENTITY x SYSTEM "file://${file}">]><a>&x;</a>`,
    `<!DOCTYPE a [<!ENTITY x SYSTEM "${url}/x">]><a>&x;</a>`,
    `<!DOCTYPE a [<!ENTITY x PUBLIC "p" "${url}/x">]><a b="&x;"/>`,
    `<!DOCTYPE a [<!ENTITY % p SYSTEM "${url}/p">%p;]>${nothing}`,
    `<!DOCTYPE a [<!ENTITY % p "<!ENTITY x 'y'>">%p;]><a>&x;</a>`,
    `<!DOCTYPE a [<!ENTITY l0 "lol">${laughs}]><a>&l9;</a>`,
    `<!DOCTYPE a [<!ENTITY x "${'x'.repeat(20_000)}">]><a>${'&x;'.repeat(10_000)}</a>`,
    `<!DOCTYPE a [<!ENTITY x "&y;"><!ENTITY y "&x;">]><a>&x;</a>`,
    `<!DOCTYPE a [<!ELEMENT a ANY><!ATTLIST a b CDATA "c">]>${nothing}`,
    `<!DOCTYPE a [<!NOTATION n SYSTEM "${url}">]>${nothing}`,
    `<!doctype a>${nothing}`,
    `<a><!DOCTYPE b></a>`,
    `<a/><!DOCTYPE a>`,
    `<a>&nbsp;</a>`,
    `<a b="&copy;"/>`,
    `<a>&constructor;</a>`,
    `<a>&__proto__;</a>`,
    `<a>&#0;</a>`,
    `<a>&#x1F;</a>`,
    `<a>&#xD800;</a>`,
    `<a>&#x110000;</a>`,
    `<a>&#xFFFF;</a>`,
    `<a>&#x;</a>`,
    `<a>&;</a>`,
    `<a>& b</a>`,
    `<?php echo 1 ?>${nothing}`,
    `<?xml-stylesheet type="text/xsl" href="${url}/x.xsl"?>${nothing}`,
    `<a><?pi?></a>`,
    `<a/><?pi x?>`,
    `<p:a/>`,
    `<a p:b="1"/>`,
    `<a xmlns:p=""/>`,
    `<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>`,
    `<a b="1" b="2"/>`,
    `<a xmlns="u" xmlns="v"/>`,
    `<a xmlns:xml="urn:other"/>`,
    `<a xmlns:p="u"><p:1b/></a>`,
    `<?xml version="1.1"?>${nothing}`,
    `<?xml version="1.0" encoding="utf-16"?>${nothing}`,
    `<?xml version="1.0" encoding="ISO-8859-1"?>${nothing}`,
    ` <?xml version="1.0"?>${nothing}`,
    `<a/>x`,
    `<a/><b/>`,
    `<a/><![CDATA[x]]>`,
    `x<a/>`,
    `<a><b></a></b>`,
    `<a>]]></a>`,
    `<a b="<"/>`,
    `<a b=1/>`,
    `<a b/>`,
    `<a>\u0001</a>`,
    `<a>\uFFFE</a>`,
    `<a>\uD83D<b/></a>`,
    `\uFEFF\uFEFF${nothing}`,
    `<a`,
    ``,
  ];
};

const padded = (start: string, unit: string, end: string, sizeBytes: number): string =>
  start + unit.repeat(Math.floor((sizeBytes - start.length - end.length) / unit.length)) + end;

/** SEC-18's seven worst shapes and their neighbours, each as long as asked. */
export const worstShapes = (sizeBytes: number): readonly [string, string][] => {
  const attributes = Array.from({ length: 31 }, (_, i) => ` p:a${i}=""`).join('');
  const declarations = Array.from({ length: 32 }, (_, i) => ` xmlns:p${i}="u"`).join('');
  const deep = `<a xmlns:p="u">${'<a>'.repeat(61)}`;
  return [
    ['nesting', padded('', '<a>', '', sizeBytes)],
    ['attributes', padded(deep, `<q${attributes}/>`, '</a>'.repeat(62), sizeBytes)],
    ['one element of attributes', padded('<a', ' b=""', '/>', sizeBytes)],
    ['namespaces', padded('<r>', `<q${declarations}/>`, '</r>', sizeBytes)],
    ['entities', padded('<r>', '&lt;', '</r>', sizeBytes)],
    ['character references', padded('<r>', '&#65;', '</r>', sizeBytes)],
    ['one long entity', padded('<r>&', 'a', '</r>', sizeBytes)],
    ['CDATA', padded('<r>', '<![CDATA[]]>', '</r>', sizeBytes)],
    ['brackets in CDATA', padded('<r><![CDATA[', ']a', 'a]]></r>', sizeBytes)],
    ['long name', padded('<', 'a', '/>', sizeBytes)],
    ['long attribute', padded('<r a="', '\n', '"/>', sizeBytes)],
    ['comments', padded('<r>', '<!---->', '</r>', sizeBytes)],
    ['dashes in a comment', padded('<r><!--', '-a', '--></r>', sizeBytes)],
    ['document type', padded('<!DOCTYPE a [', '<!ENTITY a "b">', ']><a/>', sizeBytes)],
    ['line ends', padded('<r>', '\r', '</r>', sizeBytes)],
    ['white space', padded('<r>', ' ', '</r>', sizeBytes)],
  ];
};
