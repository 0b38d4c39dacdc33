import { writeFile } from 'node:fs/promises';
import { describeFile } from '../../packages/endpoints/src/file/schema-file.ts';
import { documents, withTables } from './tables.ts';

// Editors read it from there; Biome wraps its lines.
await writeFile('packages/endpoints/endpoints.schema.json', JSON.stringify(describeFile()));
for (const document of documents) await writeFile(document, withTables(document));
