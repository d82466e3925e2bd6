// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import static io.cairn.launch.settings.Setting.ignored;
import static io.cairn.launch.settings.Setting.obeyed;
import static io.cairn.launch.settings.Setting.refused;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All settings, in the order in which the help lists them. */
final class Settings {

  /** Whether clients present certificates. */
  private enum ClientCertificates {
    NONE,
    WANT,
    NEED
  }

  private static final String ONE_LOG =
      "the hosts of a group share one log, which keeps them in step";
  private static final String NO_ACCOUNTS = "this version has no accounts";

  private static final List<Setting> ALL =
      Stream.of(
              listening(),
              identity(),
              group(),
              ClusterKeys.settings(),
              MembershipKnobs.settings(),
              work(),
              BackupSettings.settings(),
              SecuritySettings.settings(),
              SessionSettings.settings(),
              BrowserSettings.settings(),
              AuditSettings.settings(),
              LogSettings.settings(),
              compatibility(),
              ClusterKeys.retired())
          .flatMap(List::stream)
          .toList();

  /** What a group is built for. */
  static final int MOST_NODES = 49;

  private Settings() {}

  static List<Setting> all() {
    return ALL;
  }

  static Optional<Setting> named(String name) {
    return ALL.stream().filter(setting -> setting.name().equals(name)).findFirst();
  }

  private static List<Setting> listening() {
    return List.of(
        obeyed(
            "port",
            "PORT",
            "8000",
            "the HTTP port; 0 takes a free one, -1 listens on none",
            (draft, text) -> draft.host.port = Values.port(text)),
        obeyed(
            "bindAddress",
            "ADDRESS",
            "127.0.0.1",
            "the address to listen on; 0.0.0.0 is all",
            (draft, text) -> draft.host.bindAddress = text),
        obeyed(
            "publicUri",
            "URI",
            null,
            "where others reach this host, if elsewhere",
            (draft, text) -> draft.host.publicUri = Values.uri(text)),
        obeyed(
            "allowedHosts",
            "HOST,HOST...",
            null,
            "further names of a host on a loopback address, and sites whose pages may write",
            (draft, text) -> draft.host.allowedHosts = Values.list(text).toArray(String[]::new)),
        obeyed(
            "subscriptionHosts",
            "HOST,HOST...",
            null,
            "hosts beside the group's that notifications may go to: host, host:port, or * for all",
            (draft, text) ->
                draft.host.subscriptionHosts = Values.list(text).toArray(String[]::new)),
        obeyed(
            "subscriptionFailureTimeout",
            "TIME",
            "10m",
            "how long a subscriber must have failed before its subscription ends",
            (draft, text) ->
                draft.host.subscriptionFailureTimeoutMicros = Values.positiveMicros(text)),
        obeyed(
            "remoteStop",
            "BOOL",
            "false",
            "whether other machines may have this host stop",
            (draft, text) -> draft.host.remoteStop = Values.bool(text)),
        obeyed(
            "securePort",
            "PORT",
            "-1",
            "the HTTPS port; 0 takes a free one, -1 listens on none",
            (draft, text) -> draft.host.securePort = Values.port(text)),
        obeyed(
            "certificateFile",
            "FILE",
            null,
            "the certificate chain, PEM",
            (draft, text) -> draft.host.certificateFile = Values.path(text)),
        obeyed(
            "keyFile",
            "FILE",
            null,
            "the private key, PKCS#8 PEM",
            (draft, text) -> draft.host.keyFile = Values.path(text)),
        obeyed(
            "keyPassphrase",
            "TEXT",
            null,
            "what the key is encrypted with",
            (draft, text) -> draft.host.keyPassphrase = text),
        obeyed(
            "caFile",
            "FILE",
            null,
            "authorities, PEM, that peers' and clients' certificates are checked against",
            (draft, text) -> draft.host.caFile = Values.path(text)),
        obeyed(
            "sslClientAuthMode",
            "none|want|need",
            "none",
            "whether clients present certificates",
            (draft, text) ->
                draft.host.sslClientAuthMode =
                    Values.choice(ClientCertificates.class, text).name()));
  }

  private static List<Setting> identity() {
    return List.of(
        obeyed(
            "sandbox",
            "DIR",
            "~/.cairn",
            "where data are kept, in a directory named by the port",
            (draft, text) -> draft.host.sandbox = Values.path(text)),
        obeyed(
            "id",
            "NAME",
            null,
            "this node's name; made up and kept with the data if not given",
            (draft, text) -> draft.host.id = Values.name(text)),
        obeyed(
            "location",
            "NAME",
            null,
            "a tag that says where this node is",
            (draft, text) -> draft.host.location = text),
        obeyed(
            "diskReserve",
            "SIZE",
            "0",
            "free disk space below which updates are refused; 0 is 5% of it, 4M to 512M",
            (draft, text) -> draft.host.diskReserveBytes = Values.amount(text, Long.MAX_VALUE)),
        obeyed(
            "partitions",
            "COUNT",
            "8",
            "parts of the documents; fixed when the data are made",
            (draft, text) -> draft.host.partitions = Values.count(text, 1, 1024)));
  }

  private static List<Setting> group() {
    return List.of(
        obeyed(
            "peerNodes",
            "URI,URI...",
            null,
            "hosts to form a group with; may name this one too",
            (draft, text) -> draft.peerNodes = Values.list(text)),
        obeyed(
            "nodes",
            "COUNT",
            "1",
            "hosts to run here, on consecutive ports, as one group",
            (draft, text) -> draft.nodes = Values.count(text, 1, MOST_NODES)),
        obeyed(
            "stopWithInput",
            "BOOL",
            "false",
            "stop when standard input ends, for programs that start hosts",
            (draft, text) -> draft.stopWithInput = Values.bool(text)),
        obeyed(
            "peerPort",
            "PORT",
            "-1",
            "a port for peers alone; -1 has them on the others",
            (draft, text) -> draft.host.peerPort = Values.port(text)),
        obeyed(
            "clusterSecret",
            "TEXT",
            null,
            "what peers must know; better in CAIRN_CLUSTER_SECRET than in an argument",
            (draft, text) -> draft.host.clusterSecret = text),
        obeyed(
            "clusterSecretFile",
            "FILE",
            null,
            "a file that holds it",
            (draft, text) -> draft.clusterSecretFile = Values.path(text)),
        obeyed(
            "insecurePeers",
            "BOOL",
            "false",
            "believe peers of other machines without secret and certificate",
            (draft, text) -> draft.host.insecurePeers = Values.bool(text)),
        obeyed(
            "membershipQuorum",
            "COUNT|majority",
            "1",
            "members that must see each other before the group serves",
            Settings::takeQuorum),
        obeyed(
            "startupPeriod",
            "TIME",
            "5s",
            "how long a fresh host looks for its peers' group",
            (draft, text) -> draft.host.startupPeriodMicros = Values.micros(text)),
        obeyed(
            "maxNodeGroups",
            "COUNT",
            "64",
            "groups beyond which clients make no more",
            (draft, text) -> draft.host.maxNodeGroups = Values.count(text, 1, 10_000)),
        obeyed(
            "maxNodeSelectors",
            "COUNT",
            "64",
            "selectors beyond which clients make no more",
            (draft, text) -> draft.host.maxNodeSelectors = Values.count(text, 3, 10_000)),
        obeyed(
            "nodeRemovalDelay",
            "TIME",
            "1h",
            "after how long a dead node is removed",
            (draft, text) -> draft.host.nodeRemovalDelayMicros = Values.positiveMicros(text)),
        obeyed(
            "clockFactor",
            "COUNT",
            "6",
            "how fast consensus' timers run: 6 sends heartbeats every 167 ms, 1 every second",
            (draft, text) -> draft.host.clockFactor = Values.count(text, 1, 100)),
        obeyed(
            "copyCheckInterval",
            "TIME",
            "1h",
            "after how long the copies of a partition are compared again; 0 never does",
            (draft, text) -> draft.host.copyCheckIntervalMicros = Values.micros(text)),
        obeyed(
            "copyCheckRate",
            "BYTES",
            "32M",
            "how much is read in a second, at most, while copies are compared",
            (draft, text) ->
                draft.host.copyCheckBytesPerSecond =
                    Values.bytes(text, 1 << 16, Integer.MAX_VALUE)),
        obeyed(
            "schemaCheckLimit",
            "TIME",
            "1m",
            "how long a factory whose class has changed may look at stored documents",
            (draft, text) -> draft.host.schemaCheckLimitMicros = Values.positiveMicros(text)));
  }

  static void takeQuorum(Draft draft, String text) {
    draft.wantsMajority = text.equalsIgnoreCase("majority");
    if (draft.wantsMajority) {
      return;
    }
    try {
      draft.host.membershipQuorum = Values.count(text, 1, MOST_NODES);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage() + ", or the word majority", e);
    }
  }

  private static List<Setting> work() {
    return List.of(
        obeyed(
            "operationTimeout",
            "TIME",
            "60s",
            "how long a request may take",
            (draft, text) -> draft.host.operationTimeoutMicros = Values.positiveMicros(text)),
        obeyed(
            "maintenanceInterval",
            "TIME",
            "1s",
            "the interval of services that set none",
            (draft, text) -> draft.host.maintenanceIntervalMicros = Values.positiveMicros(text)),
        obeyed(
            "queryTimeLimit",
            "TIME",
            "60s",
            "how long a query may take that does not say when its task expires",
            (draft, text) -> draft.host.queryTimeLimitMicros = Values.positiveMicros(text)),
        obeyed(
            "queryScanLimit",
            "COUNT",
            "1000000",
            "how many values the patterns of a query may look at that begin with a wildcard",
            (draft, text) -> draft.host.queryScanLimit = Values.amount(text, Long.MAX_VALUE)),
        obeyed(
            "serviceCacheClearDelay",
            "TIME",
            "60s",
            "how long an idle service stays in memory",
            (draft, text) -> draft.host.serviceCacheClearDelayMicros = Values.positiveMicros(text)),
        obeyed(
            "maximumIdleServices",
            "COUNT",
            "0",
            "how many idle services stay in memory; 0 derives it from the heap",
            (draft, text) -> draft.host.maximumIdleServices = Values.amount(text, Long.MAX_VALUE)),
        obeyed(
            "requestPayloadSizeLimit",
            "SIZE",
            "64M",
            "the largest request body",
            (draft, text) -> draft.host.requestPayloadSizeLimit = size(text)),
        obeyed(
            "requestBodyBudget",
            "SIZE",
            "0",
            "what the bodies of all requests hold at most; 0 is an eighth of the heap",
            (draft, text) -> draft.host.requestBodyBudget = Values.amount(text, Long.MAX_VALUE)),
        obeyed(
            "maxConnections",
            "COUNT",
            "20000",
            "clients' connections at a time",
            (draft, text) -> draft.host.maxConnections = Values.count(text, 1, 1_000_000)),
        obeyed(
            "maxEventStreams",
            "COUNT",
            "10000",
            "clients' event streams at a time",
            (draft, text) -> draft.host.maxEventStreams = Values.count(text, 1, 1_000_000)),
        obeyed(
            "responsePayloadSizeLimit",
            "SIZE",
            "64M",
            "the largest answer",
            (draft, text) -> draft.host.responsePayloadSizeLimit = size(text)),
        obeyed(
            "missingDeleteSucceeds",
            "BOOL",
            "false",
            "answer a DELETE of what is not there with 200, as Xenon does, instead of 404",
            (draft, text) -> draft.host.missingDeleteSucceeds = Values.bool(text)));
  }

  private static List<Setting> compatibility() {
    return Stream.concat(
            Stream.of(
                refused("authProviderHostUri", "URI", null, NO_ACCOUNTS, Values::uri),
                ignored("isPeerSynchronizationEnabled", "BOOL", "true", ONE_LOG, Values::bool),
                ignored(
                    "perFactoryPeerSynchronizationLimitSeconds",
                    "COUNT",
                    "3600",
                    ONE_LOG,
                    text -> Values.count(text, 0, Integer.MAX_VALUE)),
                ignored(
                    "resourceSandbox",
                    "DIR",
                    null,
                    "this version has no web console",
                    Values::path)),
            Stream.concat(
                Stream.of("adminUserPassword", "exampleUser", "exampleUserPassword")
                    .map(name -> ignored(name, "TEXT", null, NO_ACCOUNTS, text -> {})),
                Stream.of(
                        "colorSevere",
                        "colorWarn",
                        "colorConfig",
                        "colorInfo",
                        "colorFine",
                        "colorsEnabled")
                    .map(name -> ignored(name, "TEXT", null, "logs have no colours", text -> {}))))
        .toList();
  }

  /** What a node can hand to another in one operation is bounded, so what it takes is, too. */
  private static int size(String text) {
    int size = (int) Values.amount(text, 64 << 20);
    if (size == 0) {
      throw new IllegalArgumentException("must be at least 1");
    }
    return size;
  }
}
