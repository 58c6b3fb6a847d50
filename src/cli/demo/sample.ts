import { type Delivery, parseDelivery } from '../../connector/index.ts'

/** A run whose rows are at hand, to compare them with what a recipient reads. */
export interface SampleRun extends Delivery {
  readonly rows: readonly object[]
}

/**
 * What two workflows of a made-up team found in made-up shops and job boards: laptops on two days, before and after the
 * workflow learned to read ratings, and job openings on one.
 */
export function sampleRuns(): SampleRun[] {
  return [
    delivery(LAPTOPS, LAPTOP_FIELDS, { runId: 'laptops-monday', day: 5 }, laptops()),
    delivery(OPENINGS, OPENING_FIELDS, { runId: 'openings-monday', day: 5 }, openings()),
    delivery(LAPTOPS, RATED_LAPTOP_FIELDS, { runId: 'laptops-tuesday', day: 6 }, ratedLaptops()),
  ]
}

/** A run that read the first page of its shop only: two laptops of twelve. */
export function poisonedRun(): SampleRun {
  return delivery(LAPTOPS, RATED_LAPTOP_FIELDS, { runId: 'laptops-wednesday', day: 7 }, ratedLaptops().slice(0, 2))
}

const LAPTOPS = { id: 'laptops', name: 'Laptop prices', entity: 'Laptop', url: 'https://shop.example/laptops' }
const OPENINGS = { id: 'openings', name: 'Job openings', entity: 'Job', url: 'https://jobs.example/' }

const LAPTOP_FIELDS = [
  { name: 'sku', dataType: 'STRING', isKey: true, description: 'The number of the article in the shop.' },
  { name: 'title', dataType: 'STRING' },
  { name: 'price', dataType: 'NUMBER', description: 'In euros, taxes included.' },
  { name: 'inStock', dataType: 'BOOLEAN' },
]
const RATED_LAPTOP_FIELDS = [...LAPTOP_FIELDS, { name: 'rating', dataType: 'NUMBER', description: 'From 1 to 5.' }]
const OPENING_FIELDS = [
  { name: 'url', dataType: 'LINK', isKey: true },
  { name: 'title', dataType: 'STRING' },
  { name: 'city', dataType: 'STRING' },
  { name: 'postedOn', dataType: 'DATE' },
]

function delivery(
  workflow: typeof LAPTOPS,
  fields: readonly object[],
  { runId, day }: { readonly runId: string; readonly day: number },
  rows: readonly object[],
): SampleRun {
  const at = (hour: number): string => new Date(Date.UTC(2026, 0, day, hour)).toISOString()
  const resource = { type: 'RUN', workflowId: workflow.id, resourceId: runId, name: workflow.name }
  return {
    ...parseDelivery({
      workflow,
      schema: { workflowId: workflow.id, fields },
      run: { workflowId: workflow.id, runId, state: 'FINISHED', startedAt: at(6), finishedAt: at(7) },
    }),
    // A key with a leading "_" is private: it is published nowhere.
    rows: rows.map((row, index) => ({ ...row, _page: Math.floor(index / 2) + 1 })),
    events: [{ title: 'FINISHED', dateTime: at(7), source: { requestSource: 'SYSTEM' }, resource }],
  }
}

interface Laptop {
  readonly sku: string
  readonly title: string
  readonly price: number
  readonly inStock: boolean
}

function laptops(): Laptop[] {
  return TITLES.map((title, index) => ({
    sku: `NB-${1001 + index}`,
    title,
    price: 649 + 70 * ((index * 5) % 12),
    inStock: index % 4 !== 3,
  }))
}

/** The day after: some are cheaper, and one has sold out. */
function ratedLaptops(): (Laptop & { readonly rating: number | null })[] {
  return laptops().map((laptop, index) => ({
    ...laptop,
    price: index % 3 === 0 ? laptop.price - 50 : laptop.price,
    inStock: laptop.inStock && index !== 4,
    // Nobody has rated the newest yet.
    rating: index === 11 ? null : 3 + ((index * 7) % 20) / 10,
  }))
}

const TITLES = [
  'Nordlys 13, 16 GB',
  'Nordlys 13, 32 GB',
  'Nordlys 15, 32 GB',
  'Feldweg Air 14',
  'Feldweg Pro 14',
  'Feldweg Pro 16',
  'Kiesel Mini 11',
  'Kiesel 14',
  'Kiesel 14 Touch',
  'Ampère Studio 16',
  'Ampère Studio 18',
  'Ampère Go 12',
]

function openings(): object[] {
  return JOBS.map(([title, city, day], index) => ({
    url: `https://jobs.example/${3100 + index}`,
    title,
    city,
    postedOn: `2026-01-0${day}`,
  }))
}

const JOBS = [
  ['Data engineer', 'Zürich', 2],
  ['Analytics engineer', 'Berlin', 2],
  ['Platform engineer', 'Wien', 3],
  ['Data analyst', 'Kraków', 3],
  ['Machine learning engineer', 'København', 4],
  ['Head of data', 'Lisboa', 5],
] as const
