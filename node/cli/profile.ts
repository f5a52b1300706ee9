/** What our card says of us beside keys and addresses: given at `init`, kept in the home. */
import { join } from 'node:path'
import { z } from 'zod'
import { ID_PATTERN, MAX_TIME_ZONE, TIME_ZONE_PATTERN } from '../../src/charter/schema.ts'
import { readJsonFile, writeJsonFile } from '../home/json-file.ts'
import type { HomeLayout } from '../home/layout.ts'

const id = z.string().regex(ID_PATTERN, 'must be lower-case letters, digits, -')

/** The shape of a profile; limits are those of a stakeholder in a charter. */
export const profileSchema = z.strictObject({
  functions: z.array(id).max(16),
  jurisdictions: z.array(z.string().min(1).max(16)).max(16),
  provider: z.string().min(1).max(64).nullable(),
  timeZone: z
    .string()
    .max(MAX_TIME_ZONE)
    .regex(TIME_ZONE_PATTERN, 'must be a time zone such as Europe/Zurich')
    .exactOptional(),
})

/** Functions, jurisdictions, provider and time zone of our organisation. */
export type Profile = z.infer<typeof profileSchema>

const NO_PROFILE: Profile = { functions: [], jurisdictions: [], provider: null }
const pathOf = (layout: HomeLayout): string => join(layout.dir, 'profile.json')

/** The home's profile; empty when none was given. */
export const readProfile = (layout: HomeLayout): Profile =>
  readJsonFile(pathOf(layout), profileSchema) ?? NO_PROFILE

/** Keeps the profile in the home. */
export const saveProfile = (layout: HomeLayout, profile: Profile): void =>
  writeJsonFile(pathOf(layout), profile)
