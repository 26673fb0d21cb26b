import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../support/freePort.ts';

/** A FreeRADIUS of its own, in a folder, that checks passwords: PAP, MS-CHAPv2 and PEAP. */
export type RadiusTargetServer = {
  readonly port: number;
  readonly accountingPort: number;
  readonly secret: string;
  /** Authority of its certificate. */
  readonly ca: string;
  /** What it has said so far. */
  log(): string;
  stop(): Promise<void>;
};

const secret = 'a secret between us and the target';

const config = (folder: string, port: number, accountingPort: number): string => `
prefix = /usr
libdir = /usr/lib/freeradius
logdir = ${folder}
run_dir = ${folder}
pidfile = ${folder}/radiusd.pid
log {
  destination = stdout
}
security {
  reject_delay = 0
  status_server = yes
}
client us {
  ipaddr = 127.0.0.1
  secret = "${secret}"
}
modules {
  always ok {
    rcode = ok
  }
  pap {
  }
  mschap {
    use_mppe = yes
  }
  files {
    usersfile = ${folder}/users
  }
  eap {
    default_eap_type = peap
    tls-config common {
      private_key_file = ${folder}/key.pem
      certificate_file = ${folder}/cert.pem
      ca_file = ${folder}/cert.pem
      tls_min_version = "1.2"
      tls_max_version = "1.2"
      ecdh_curve = "prime256v1"
    }
    peap {
      tls = common
      default_eap_type = mschapv2
      virtual_server = inner
    }
    mschapv2 {
    }
  }
}
server default {
  listen {
    type = auth
    ipaddr = 127.0.0.1
    port = ${port}
  }
  listen {
    type = acct
    ipaddr = 127.0.0.1
    port = ${accountingPort}
  }
  authorize {
    mschap
    eap
    files
    pap
  }
  authenticate {
    Auth-Type PAP {
      pap
    }
    Auth-Type MS-CHAP {
      mschap
    }
    eap
  }
  preacct {
    ok
  }
  accounting {
    ok
  }
  post-auth {
    update reply {
      Message-Authenticator := 0x00
    }
    Post-Auth-Type REJECT {
      update reply {
        Message-Authenticator := 0x00
      }
    }
  }
}
server inner {
  authorize {
    mschap
    eap
    files
    pap
  }
  authenticate {
    Auth-Type MS-CHAP {
      mschap
    }
    eap
  }
}
`;

const attributes = [
  'Filter-Id = "staff"',
  'Reply-Message = "Hello, %{User-Name}"',
  'Tunnel-Type:1 = VLAN',
  'Tunnel-Private-Group-Id:1 = "42"',
  'Class = 0x7465616d',
  'Cisco-AVPair = "shell:priv-lvl=15"',
  'Tunnel-Password:1 = "hidden per hop"',
].join(',\n\t');

/** @param people names and passwords that it knows */
export const freeradius = async (
  folder: string,
  people: Readonly<Record<string, string>>,
): Promise<RadiusTargetServer> => {
  mkdirSync(folder, { recursive: true });
  const [port, accountingPort] = [await freePort(), await freePort()];
  const users = Object.entries(people).map(
    ([name, password]) => `"${name}" Cleartext-Password := "${password}"\n\t${attributes}\n`,
  );
  writeFileSync(join(folder, 'dictionary'), '$INCLUDE /usr/share/freeradius/dictionary\n');
  writeFileSync(join(folder, 'users'), users.join('\n'));
  writeFileSync(join(folder, 'radiusd.conf'), config(folder, port, accountingPort));
  const certificate = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2';
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=radius.example.test'];
  execFileSync('openssl', ['req', ...certificate.split(' '), ...files, ...subject], {
    stdio: 'ignore',
  });
  return {
    port,
    accountingPort,
    secret,
    ca: join(folder, 'cert.pem'),
    ...(await runFreeradius(folder)),
  };
};

/** FreeRADIUS on the configuration in a folder, until it is ready. @throws with what it said where it ends instead */
export const runFreeradius = async (
  folder: string,
): Promise<Pick<RadiusTargetServer, 'log' | 'stop'>> => {
  const child = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', '/usr/sbin/freeradius', '-X', '-d', folder, '-D', folder],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes('Ready to process requests')) resolve();
      });
    child.once('exit', (code) => reject(new Error(`freeradius ended with ${code}:\n${said}`)));
  });
  return {
    log: () => said,
    async stop() {
      const gone = once(child, 'exit');
      if (child.kill('SIGTERM')) await gone;
    },
  };
};
