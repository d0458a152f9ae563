import { useCallback, useEffect, useRef, useState } from 'react'
import type { Analysis, Sample } from '../../api/analysis.ts'
import { PresenceRow } from '../access/presence-row.tsx'
import { addressOf } from '../address/address.ts'
import { CopyLink } from '../address/copy-link.tsx'
import { PhoneMenu } from '../address/phone-menu.tsx'
import { Thread } from '../answer/thread.tsx'
import { Composer } from '../composer/composer.tsx'
import { FirstWords } from '../composer/first-words.tsx'
import { givenFile, givenText } from '../composer/given.ts'
import { OutgoingList } from '../composer/outgoing-list.tsx'
import { useDrop } from '../composer/use-drop.ts'
import { useHandIn } from '../composer/use-hand-in.ts'
import { useSession } from '../session/use-session.ts'
import './conversation.css'

/** How long an analysis rests after each step when one wants to watch, in milliseconds. */
export const slowPauseMs = 400

interface ConversationProps {
  readonly conversationId: string
  /** `undefined` while they are not known. */
  readonly analyses: readonly Analysis[] | undefined
  readonly problem: Error | null
  /** Whether the server lost what was given here. */
  readonly hasBegunAgain: boolean
  /** Whether something new would be heard of. */
  readonly isLive: boolean
  readonly shownId: string | null
  /** `null` shows the newest. */
  readonly onShow: (analysisId: string | null) => void
}

/** A guest may give nothing. */
const ignore = (): void => undefined

/** What was given and found in a conversation, and the place to give more. */
export function Conversation(props: ConversationProps) {
  const { conversationId, analyses, problem, hasBegunAgain, isLive, shownId, onShow } = props
  const { person } = useSession()
  const [isSlow, setSlow] = useState(false)
  const showNewest = useCallback(() => onShow(null), [onShow])
  const handIn = useHandIn(conversationId, isSlow ? slowPauseMs : 0, showNewest)
  const { give, outgoing } = handIn
  const giveFiles = useCallback(
    (files: readonly File[]) => {
      for (const file of files) give(givenFile(file), file.name)
    },
    [give],
  )
  const giveSample = (sample: Sample) => give({ sample: sample.id }, sample.name)
  const isDropping = useDrop(person ? giveFiles : ignore)
  const words = useRef<HTMLDivElement>(null)
  const wasEmpty = useRef(false)
  const isEmpty = analyses?.length === 0 && outgoing.length === 0

  useEffect(() => {
    // What was chosen from is gone now, and the focus with it.
    if (!isEmpty && wasEmpty.current && document.activeElement === document.body) words.current?.focus()
    wasEmpty.current = isEmpty
  }, [isEmpty])

  return (
    <section
      className="conversation"
      aria-labelledby="conversation-title"
      data-live={isLive}
      data-drop={isDropping && person !== null}
    >
      <header className="conversation-head">
        <h2 id="conversation-title">
          <bdi>{conversationId}</bdi>
        </h2>
        <CopyLink address={addressOf({ view: 'conversation', conversationId })} />
        <a
          className="button quiet"
          href={addressOf({ view: 'conversation', conversationId })}
          target="_blank"
          rel="noreferrer"
        >
          Second tab
        </a>
        <PhoneMenu place={{ view: 'conversation', conversationId }} />
        <PresenceRow conversationId={conversationId} />
      </header>
      <div className="conversation-words" ref={words} tabIndex={-1}>
        {isEmpty && hasBegunAgain && (
          <p className="hint" role="status">
            The server began again. What was given here before, and what was found in it, is gone.
          </p>
        )}
        {isEmpty && person && <FirstWords onFiles={giveFiles} onSample={giveSample} />}
        {isEmpty && !person && (
          <p className="hint conversation-wait">Nobody gave a document yet. You see it when somebody does.</p>
        )}
        {analyses && analyses.length > 0 && (
          <Thread isLive={isLive} analyses={analyses} shownId={shownId} onShow={onShow} />
        )}
        {problem && (
          <p className="conversation-problem" role="alert">
            The results could not be asked for: {problem.message}
          </p>
        )}
        {outgoing.length > 0 && <OutgoingList handIn={handIn} />}
      </div>
      <div className="composer-dock">
        {person ? (
          <Composer
            isSlow={isSlow}
            onSlow={setSlow}
            onText={(text) => {
              const given = givenText(text)
              give(given, given.name)
            }}
            onFiles={giveFiles}
            onSample={giveSample}
          />
        ) : (
          <p className="panel composer-guest">
            You watch as a guest. Sign in, above, to give a document or to say something.
          </p>
        )}
      </div>
    </section>
  )
}
