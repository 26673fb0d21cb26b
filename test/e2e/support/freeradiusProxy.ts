import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../support/freePort.ts';
import type { Pair } from './certificates.ts';
import { runFreeradius } from './freeradius.ts';

/** A FreeRADIUS in front of us that hands each request on, by UDP or by TLS as its NAS-Identifier says. */
export type FrontProxy = {
  /** `address:port` for access servers. */
  readonly address: string;
  readonly port: number;
  log(): string;
  stop(): Promise<void>;
};

export type FrontProxyOptions = {
  readonly folder: string;
  /** Between it and its access servers, and between it and us over UDP. */
  readonly secret: string;
  /** Address that its packets to us come from. */
  readonly from: string;
  /** Our ports. */
  readonly udp: string;
  readonly tls: string;
  readonly ca: string;
  readonly pair: Pair;
};

const portOf = (address: string): string => address.split(':').at(-1)!;

const config = ({ folder, secret, from, udp, tls, ca, pair }: FrontProxyOptions, port: number) => `
prefix = /usr
libdir = /usr/lib/freeradius
logdir = ${folder}
run_dir = ${folder}
pidfile = ${folder}/radiusd.pid
max_request_time = 90
log {
  destination = stdout
}
security {
  reject_delay = 0
}
client all {
  ipaddr = 127.0.0.0/8
  secret = "${secret}"
}
proxy server {
  default_fallback = no
}
home_server udp {
  type = auth
  ipaddr = 127.0.0.1
  port = ${portOf(udp)}
  secret = "${secret}"
  src_ipaddr = ${from}
  response_window = 60
}
home_server tls {
  type = auth
  ipaddr = 127.0.0.1
  port = ${portOf(tls)}
  proto = tcp
  secret = radsec
  response_window = 60
  tls {
    private_key_file = ${pair.keyPath}
    certificate_file = ${pair.certPath}
    ca_file = ${ca}
    tls_min_version = "1.2"
    tls_max_version = "1.3"
    ecdh_curve = "prime256v1"
  }
}
home_server_pool udp {
  home_server = udp
}
home_server_pool tls {
  home_server = tls
}
realm udp {
  auth_pool = udp
}
realm tls {
  auth_pool = tls
}
modules {
}
server default {
  listen {
    type = auth
    ipaddr = 127.0.0.1
    port = ${port}
  }
  authorize {
    if (&NAS-Identifier == "tls") {
      update control {
        &Proxy-To-Realm := "tls"
      }
    }
    else {
      update control {
        &Proxy-To-Realm := "udp"
      }
    }
  }
  authenticate {
  }
}
`;

/** The configuration that an access server's network would have; only the ports are the test's own. */
export const freeradiusProxy = async (options: FrontProxyOptions): Promise<FrontProxy> => {
  const { folder } = options;
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  writeFileSync(join(folder, 'dictionary'), '$INCLUDE /usr/share/freeradius/dictionary\n');
  writeFileSync(join(folder, 'radiusd.conf'), config(options, port));
  return { address: `127.0.0.1:${port}`, port, ...(await runFreeradius(folder)) };
};
