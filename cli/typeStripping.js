// Node does not strip types below node_modules, which is where `npm install countersign` puts this program.
import { readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

const own = new URL('..', import.meta.url).href;
const dependencies = new URL('../node_modules/', import.meta.url).href;

if (own.includes('/node_modules/'))
  nodeModule.registerHooks({
    load(url, context, nextLoad) {
      const isOwn = url.startsWith(own) && !url.startsWith(dependencies) && url.endsWith('.ts');
      if (!isOwn) return nextLoad(url, context);
      const source = nodeModule.stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'));
      return { format: 'module', source, shortCircuit: true };
    },
  });
