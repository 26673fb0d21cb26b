import type { MailTexts } from './texts.ts';

const greeting = 'Guten Tag <$name$>,\n\n';
const signature = '\n\n<$company$>\n<$portal_url$>';
const notYou =
  '\n\nWenn Sie das nicht selbst waren, melden Sie es sofort Ihrem Helpdesk: Jemand benutzt womöglich Ihr Konto.';

export const german: MailTexts = {
  fraudReported: {
    subject: 'Betrug gemeldet von <$username$>',
    text: 'Eine Anmeldeanfrage wurde mit „Betrug melden“ beantwortet.\n\nBenutzer: <$name$> (<$username$>)\nAnwendung: <$application_name$>\nZeit: <$at$>\nKonto gesperrt bis: <$until$>\n\nBitte prüfen Sie den Fall und schließen Sie die Meldung ab.',
  },
  lockedOut: {
    subject: 'Konto <$username$> ist gesperrt',
    text: 'Ein Konto wurde nach wiederholt falscher PIN gesperrt.\n\nBenutzer: <$name$> (<$username$>)\nGrund: <$reason$>\nGesperrt bis: <$until$>',
  },
  guessing: {
    subject: 'Falsche Codes für Ihr Konto',
    text: `${greeting}für Ihr Konto <$username$> wurden mehrmals hintereinander falsche Codes eingegeben.${notYou}${signature}`,
  },
  pushFatigue: {
    subject: 'Anmeldung von <$username$> nach vielen Ablehnungen bestätigt',
    text: 'Eine Anmeldung wurde bestätigt, kurz nachdem dieselbe Person viele andere abgelehnt oder nicht beantwortet hatte. Vielleicht wurde sie von jemand anderem mürbe gemacht.\n\nBenutzer: <$name$> (<$username$>)\nAnwendung: <$application_name$>\n\nBitte fragen Sie nach, und sperren Sie das Konto, wenn die Anmeldung nicht von der Person war.',
  },
  recoveryCodeUsed: {
    subject: 'Ein Wiederherstellungscode wurde benutzt',
    text: `${greeting}mit einem der Wiederherstellungscodes Ihres Kontos <$username$> hat sich jemand angemeldet. Ein zweites Mal gilt er nicht.\n\nAnwendung: <$application_name$>${notYou}${signature}`,
  },
  factorChanged: {
    subject: 'Ihre Anmeldung wurde geändert',
    text: `${greeting}die Anmeldeeinstellungen Ihres Kontos <$username$> wurden geändert.\n\nGeändert: <$changed$>\nTelefon: <$phone$>${notYou}${signature}`,
  },
  factorChangedText: {
    subject: 'Ihre Anmeldung wurde geändert',
    text: '<$company$>: Ihre Anmeldung wurde geändert: <$changed$>. Waren Sie das nicht, melden Sie es sofort Ihrem Helpdesk.',
  },
  userAdded: {
    subject: 'Ihr Konto für die Anmeldung in zwei Schritten',
    text: `${greeting}Ihr Konto <$username$> nutzt jetzt die Anmeldung in zwei Schritten.\n\nTelefon: <$phone$>\nPIN, bei der ersten Anmeldung zu ändern: <$initial_pin$>${signature}`,
  },
  userUpdated: {
    subject: 'Ihr Konto für die Anmeldung in zwei Schritten wurde geändert',
    text: `${greeting}die Anmeldung in zwei Schritten für Ihr Konto <$username$> wurde durch eine Administratorin oder einen Administrator geändert.\n\nTelefon: <$phone$>\nPIN, bei der nächsten Anmeldung zu ändern: <$initial_pin$>${signature}`,
  },
  enrolment: {
    subject: 'Bitte richten Sie die Anmeldung in zwei Schritten ein',
    text: `${greeting}bitte richten Sie für Ihr Konto <$username$> die Anmeldung in zwei Schritten ein.\n\nÖffnen Sie diese Seite und melden Sie sich an: <$portal_url$>\n\n<$company$>`,
  },
  approvalAsked: {
    subject: 'Genehmigung erbeten: <$title$>',
    text: `${greeting}<$requestor$> bittet um Ihre Genehmigung.\n\nAntrag: <$title$>\nGrund: <$reason$>\nZu entscheiden bis: <$until$>\n\nMelden Sie sich zum Entscheiden an; diese Nachricht hat mit Absicht keine Schaltflächen.${signature}`,
  },
  approvalReminder: {
    subject: 'Genehmigung noch offen: <$title$>',
    text: `${greeting}ein Antrag von <$requestor$> wartet noch auf Ihre Entscheidung.\n\nAntrag: <$title$>\nZu entscheiden bis: <$until$>\n\nMelden Sie sich zum Entscheiden an; diese Nachricht hat mit Absicht keine Schaltflächen.${signature}`,
  },
  approvalEscalated: {
    subject: 'Genehmigung weitergereicht: <$title$>',
    text: `${greeting}ein Antrag von <$requestor$> wurde nicht rechtzeitig entschieden und geht an die nächste Stufe.\n\nAntrag: <$title$>\nZu entscheiden bis: <$until$>${signature}`,
  },
  approvalSettled: {
    subject: 'Genehmigung erledigt: <$title$>',
    text: `${greeting}ein Antrag, über den Sie entscheiden sollten, wurde von anderen erledigt.\n\nAntrag: <$title$>\nErgebnis: <$state$>${signature}`,
  },
  approvalCreated: {
    subject: 'Ihr Antrag ist eingegangen: <$title$>',
    text: `${greeting}Ihr Antrag wartet auf Genehmigung.\n\nAntrag: <$title$>\nZu entscheiden bis: <$until$>${signature}`,
  },
  approvalDecided: {
    subject: 'Ihr Antrag: <$title$>',
    text: `${greeting}zu Ihrem Antrag gibt es Neues.\n\nAntrag: <$title$>\nStand: <$state$>\nKommentar: <$comment$>${signature}`,
  },
  approvalEnding: {
    subject: 'Ihr Zugriff endet bald: <$title$>',
    text: `${greeting}was Ihnen gewährt wurde, endet bald.\n\nAntrag: <$title$>\nEnde: <$until$>${signature}`,
  },
  approvalStuck: {
    subject: 'Genehmigung braucht Aufmerksamkeit: <$title$>',
    text: `${greeting}ein Antrag unter Ihrer Richtlinie braucht Aufmerksamkeit.\n\nAntrag: <$title$>\nStand: <$state$>\nGrund: <$reason$>${signature}`,
  },
  webhookParked: {
    subject: 'Ein Webhook wurde aufgegeben: <$webhook$>',
    text: 'Eine Nachricht an ein anderes System konnte nicht zugestellt werden und wird nicht weiter versucht. Sie ist aufbewahrt; ordnen Sie sie erneut an, sobald das System wieder antwortet.\n\nWebhook: <$webhook$>\nNachricht: <$type$>\nZustellung: <$deliveryId$>\nGrund: <$reason$>\n\n<$company$>',
  },
  ledgerBroken: {
    subject: 'Warnung: Das Protokoll ist nicht das, was unterschrieben wurde',
    text: 'Eine Prüfung des Protokolls gegen seine unterschriebenen Prüfpunkte ist gescheitert: Jemand oder etwas hat es geändert. Anmeldungen gehen weiter.\n\nWas: <$fault$>\nErste falsche Stelle: <$position$>\nEinzelheit: <$reason$>\nZeit: <$at$>\n\nLassen Sie die Dateien, wie sie sind, und rufen Sie „countersign audit verify“ auf einer Kopie auf.\n\n<$company$>',
  },
  exportTargetDown: {
    subject: 'Das Protokoll erreicht ein anderes System nicht: <$target$>',
    text: 'Ein anderes System nimmt keine Ereignisse des Protokolls an. Sie warten im Protokoll und werden gesendet, sobald es antwortet; es geht nichts verloren.\n\nZiel: <$target$>\nLetztes Ereignis dort: <$position$>\nGrund: <$reason$>\n\n<$company$>',
  },
  viewsLag: {
    subject: 'Listen sind hinter dem Protokoll zurück',
    text: 'Was Listen und Berichte zeigen, ist älter, als es sein darf. Anmeldungen entscheidet das Protokoll selbst, sie gehen weiter.\n\nZurück: <$seconds$> Sekunden\nGezeigt bis Stelle: <$position$>\nNeueste Stelle: <$newest$>\n\n<$company$>',
  },
  failOpenSet: {
    subject: 'Warnung: Anmeldungen können ohne zweiten Faktor gelingen',
    text: 'Eine Einstellung wurde so geändert, dass Anmeldungen gelingen, die sonst abgelehnt würden.\n\nEinstellung: <$setting$>\nZeit: <$at$>\n\nWar das nicht beabsichtigt, nehmen Sie es sofort zurück.\n\n<$company$>',
  },
  mailTest: {
    subject: 'Testnachricht',
    text: 'Dies ist eine Testnachricht: Von diesem Server gehen Mails ab.\n\n<$company$>',
  },
};
