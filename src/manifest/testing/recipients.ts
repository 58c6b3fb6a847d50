import type { Invitation } from '../invitation.ts'
import type { PlaneRecipient, SharePlane } from '../plane.ts'
import type { PlaneCase } from './case.ts'
import { check, checkEqual, checkFails } from './check.ts'

/** Who may read what. */
export const recipients: readonly PlaneCase[] = [
  {
    name: 'a recipient that is created gets a link, is listed, and may read nothing yet',
    async run(open) {
      const { plane, rival } = await open()
      const { name, activationUrl } = await invited(plane, { name: 'acme' })
      checkEqual([name, URL.canParse(activationUrl)], ['acme', true], 'the link is a URL')
      checkEqual(
        (await rival.listRecipients()).map((recipient) => recipient.name),
        ['acme'],
        'it is listed',
      )
      const { status, shares } = await rival.showRecipient('acme')
      checkEqual([status, shares], ['pending', []], 'its link waits, and no share is granted')
      await checkFails('already-exists', () => rival.createRecipient({ name: 'acme' }), 'its name is taken')
    },
  },
  {
    name: 'the terms of a recipient change, each by itself',
    async run(open) {
      const { plane, rival } = await open()
      const day = 86_400_000
      await plane.createRecipient({ name: 'acme', expiresIn: 30 * day })
      await plane.setRecipient({ name: 'acme', allowedIps: ['10.0.0.0/8'] })
      const { tokenLifetime, allowedIps } = await rival.showRecipient('acme')
      checkEqual([tokenLifetime, allowedIps], [30 * day, ['10.0.0.0/8']], 'its addresses alone are others')
      await rival.setRecipient({ name: 'acme', expiresIn: 7 * day, allowedIps: [] })
      const after = await plane.showRecipient('acme')
      checkEqual([after.tokenLifetime, after.allowedIps], [7 * day, []], 'both are others')
      await checkFails(
        'not-found',
        () => plane.setRecipient({ name: 'bolt', allowedIps: [] }),
        'there is no such recipient',
      )
    },
  },
  {
    name: 'no listing repeats a link',
    async run(open) {
      const { plane } = await open()
      const { activationUrl, activationCode } = await invited(plane, { name: 'acme' })
      const shown = JSON.stringify([await plane.listRecipients(), await plane.showRecipient('acme')])
      check(!shown.includes(activationCode) && !shown.includes(activationUrl), 'a link is told once')
    },
  },
  {
    name: 'a grant is seen from both sides, given once however often, and taken away',
    async run(open) {
      const { plane, rival } = await open()
      for (const name of ['sales', 'stock']) await plane.createShare({ name })
      for (const name of ['acme', 'bolt']) await plane.createRecipient({ name })
      const grant = { recipient: 'acme', share: 'sales' }
      for (const administrator of [plane, rival]) await administrator.grantShare(grant)
      checkEqual((await plane.showRecipient('acme')).shares, ['sales'], 'the shares of a recipient')
      checkEqual(await plane.recipientsOf('sales'), ['acme'], 'the recipients of a share')
      checkEqual(await plane.recipientsOf('stock'), [], 'nobody was granted the other')
      await plane.ungrantShare(grant)
      checkEqual((await rival.showRecipient('acme')).shares, [], 'taken away from the recipient')
      checkEqual(await rival.recipientsOf('sales'), [], 'taken away from the share')
      await checkFails('not-found', () => plane.ungrantShare(grant), 'what is not granted cannot be taken away')
    },
  },
  {
    name: 'a share that is dropped and created anew is granted to nobody',
    async run(open) {
      const { plane } = await open()
      await plane.createShare({ name: 'sales' })
      await plane.createRecipient({ name: 'acme' })
      await plane.grantShare({ recipient: 'acme', share: 'sales' })
      await plane.dropShare('sales')
      await plane.createShare({ name: 'sales' })
      checkEqual(await plane.recipientsOf('sales'), [], 'the recipients of the new share')
      checkEqual((await plane.showRecipient('acme')).shares, [], 'the shares of the recipient')
    },
  },
  {
    name: 'a rotation gives another link, a revocation none, and a recipient that is dropped is gone with its grants',
    async run(open) {
      const { plane } = await open()
      await plane.createShare({ name: 'sales' })
      const first = await invited(plane, { name: 'acme' })
      await plane.grantShare({ recipient: 'acme', share: 'sales' })
      const second = await plane.rotateRecipient({ name: 'acme', overlap: 0 })
      check(first.activationUrl !== second.activationUrl, 'the new link is another')
      await plane.revokeRecipient('acme')
      check((await plane.showRecipient('acme')).activationExpiresAt === undefined, 'no link waits after a revocation')
      checkEqual((await plane.showRecipient('acme')).shares, ['sales'], 'grants outlive a revocation')
      await plane.dropRecipient('acme')
      checkEqual(await plane.listRecipients(), [], 'it is listed no more')
      checkEqual(await plane.recipientsOf('sales'), [], 'its grants are gone')
    },
  },
  {
    name: 'a recipient that is known by its metastore gets no link and has no token, or is refused by name',
    async run(open) {
      const { plane, rival } = await open()
      const create = () => plane.createRecipient({ name: 'acme', sharingIdentifier: METASTORE })
      if (!plane.promises.metastores) {
        await checkFails('unsupported', create, 'a plane without such recipients')
        checkEqual(await plane.listRecipients(), [], 'and creates nothing')
        return
      }
      checkEqual(await create(), undefined, 'there is no link')
      await plane.createShare({ name: 'sales' })
      await plane.grantShare({ recipient: 'acme', share: 'sales' })
      const { sharingIdentifier, tokens, status, shares } = await rival.showRecipient('acme')
      checkEqual([sharingIdentifier, tokens, status, shares], [METASTORE, [], 'active', ['sales']], 'what it is')
      await checkFails('unsupported', () => plane.rotateRecipient({ name: 'acme' }), 'it has no token to rotate')
      await plane.dropRecipient('acme')
      checkEqual(await plane.recipientsOf('sales'), [], 'its grants are gone')
    },
  },
]

const METASTORE = 'aws:us-west-2:19a84bee-54bc-43a2-87de-023d0ec16016'

/** A recipient that shows a token. */
async function invited(plane: SharePlane, recipient: PlaneRecipient): Promise<Invitation> {
  const invitation = await plane.createRecipient(recipient)
  if (invitation === undefined) throw new Error(`recipient ${recipient.name} got no link`)
  return invitation
}
