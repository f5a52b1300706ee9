/** `npm run capabilities`: writes the page of capabilities anew. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CAPABILITIES_PAGE, capabilitiesPage } from './page.ts'
import { CAPABILITIES } from './table.ts'

const page = fileURLToPath(new URL(`../../${CAPABILITIES_PAGE}`, import.meta.url))
writeFileSync(page, capabilitiesPage(CAPABILITIES))
console.log(`${CAPABILITIES_PAGE}: ${CAPABILITIES.length} entries`)
