import { readFileSync } from 'node:fs';
import { escapeAttribute } from '../xml/writer.ts';

const wsdl = readFileSync(new URL('pfPaWs.wsdl', import.meta.url), 'utf8');
const placeholder = 'https://localhost/PfPaWs.asmx';

/** The service description with the site's own address, below which its calls are. */
export const pfPaWsDescription = (mobileAppUrl: string): string =>
  wsdl.replaceAll(placeholder, escapeAttribute(`${mobileAppUrl}/PfPaWs.asmx`));

/** What an administrator sees who opens the address to test the site (contracts/mobile-app.md section 2). */
export const pfPaWsPage = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>PfPaWs</title></head>
<body>
<h1>PfPaWs</h1>
<p>The mobile app web service is running. Apps use it to activate; there is nothing to do here.</p>
<ul><li>ActivateNew</li><li>ConfirmActivation</li><li>TestPfWsSdkConnection</li></ul>
<p><a href="?WSDL">Service description</a></p>
</body>
</html>
`;
