import { expect, test } from '@jest/globals';
import { noticesOfConfiguration } from '../../domain/notices.ts';
import { decideConfiguration, emptyConfiguration } from '../../domain/configuration.ts';
import { defaultSettings, settingsCatalogue } from '../../domain/settings.ts';

test('SEC-44 every setting that can let in where something is missing is off at first, an event and a mail', () => {
  const opening = Object.entries(settingsCatalogue).flatMap(([name, definition]) =>
    'oneOf' in definition && (definition.oneOf as readonly string[]).includes('succeed')
      ? [name]
      : [],
  );
  expect(opening.toSorted()).toEqual(['whenDeliveryUnreachable', 'whenUserDisabled']);
  for (const name of opening) {
    expect(Object.entries(defaultSettings)).not.toContainEqual([name, 'succeed']);
    const command = { type: 'changeSettings', changes: { [name]: 'succeed' } } as const;
    const events = decideConfiguration(command, emptyConfiguration);
    expect(events).toEqual([{ type: 'SettingsChanged', data: { changes: { [name]: 'succeed' } } }]);
    expect(noticesOfConfiguration(events, 'step')).toMatchObject([
      { occasion: 'failOpenSet', to: { kind: 'notified' } },
    ]);
  }
});
