import { config } from 'zod'
import { announce, byId, element } from './dom.ts'

// The page's policy forbids making functions from text, and zod would try.
config({ jitless: true })

/** Bytes beyond which a file is no profile: the wrong one was taken. */
const MAX_PROFILE = 100_000

/** Everything but this start: loaded while the recipient looks for the file. */
const shareView = import('./share-view.ts')

/** Ends what is shown, if a profile is open. */
let closeShown = (): void => {}

const filesWorker = document.querySelector<HTMLElement>('script[data-files-worker]')?.dataset.filesWorker ?? ''

function showStart(problem?: HTMLElement): void {
  const input = element('input', { type: 'file', id: 'profile', accept: '.share,.json,application/json' })
  input.addEventListener('change', () => void open(input.files?.[0]))
  byId('content').replaceChildren(
    element(
      'main',
      { class: 'start' },
      element('h2', {}, 'See what is shared with you'),
      element(
        'p',
        {},
        'Open the profile file that you got from your share provider, usually called ',
        element('code', {}, 'config.share'),
        '.',
      ),
      element(
        'label',
        { class: 'drop', for: 'profile' },
        element('b', {}, 'Choose a profile file'),
        element('span', { class: 'quiet' }, 'or drop it anywhere on this page'),
        input,
      ),
      problem,
      element(
        'ul',
        { class: 'quiet' },
        element(
          'li',
          {},
          'The file stays in the memory of this tab: it is not uploaded and not stored, and closing the tab forgets it.',
        ),
        element('li', {}, 'Its token is sent to this server only, the one that the file names.'),
        element('li', {}, 'Rows are read by your browser from where they lie.'),
      ),
    ),
  )
}

async function open(file: File | undefined): Promise<void> {
  if (file === undefined) return
  const { problemView, showShares } = await shareView
  announce('Opening the profile')
  closeShown()
  try {
    const text = file.size > MAX_PROFILE ? '' : await file.text()
    closeShown = await showShares(text, filesWorker, () => showStart())
  } catch (error) {
    showStart(problemView(error, 'profile'))
  }
}

addEventListener('dragover', (event) => {
  event.preventDefault()
  document.body.classList.add('dragging')
})
addEventListener('dragleave', (event) => {
  if (event.relatedTarget === null) document.body.classList.remove('dragging')
})
addEventListener('drop', (event) => {
  event.preventDefault()
  document.body.classList.remove('dragging')
  void open(event.dataTransfer?.files[0])
})

showStart()
