import { NudgeloopProvider, useGoal, useNudgeloop, useNudges } from 'nudgeloop/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

// An app as the guide has it: it records, shows its goal and its nudges, and acknowledges them.
function Walk() {
  const { loop, state } = useNudgeloop();
  const [goal] = useGoal();
  const { nudges, acknowledge } = useNudges();
  return (
    <>
      <p role="status">{`${state.phase} in ${state.host}, goal ${Number(goal?.['steps'])}`}</p>
      <button onClick={() => void loop.record({ steps: 4_200 })}>I walked</button>
      <ul>
        {nudges.map((nudge) => (
          <li key={nudge.id}>
            Try {Number(nudge.suggestions[0]?.['steps'])} steps <button onClick={() => void acknowledge(nudge)}>Done</button>
          </li>
        ))}
      </ul>
    </>
  );
}

const place = document.querySelector('main');
if (place === null) throw new Error('The page has no main element.');
createRoot(place).render(
  <StrictMode>
    <NudgeloopProvider options={{ goalState: { steps: 10_000 } }}>
      <Walk />
    </NudgeloopProvider>
  </StrictMode>,
);
