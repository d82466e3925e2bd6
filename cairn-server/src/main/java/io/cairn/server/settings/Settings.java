// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.settings;

import io.cairn.server.settings.Setting.Effect;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All settings, in the order in which the help lists them. */
final class Settings {

  /** Whether clients present certificates. */
  private enum ClientCertificates {
    NONE,
    WANT,
    NEED
  }

  /** How much is logged. */
  private enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  private static final String SINGLE_HOST = "this version runs hosts that stand alone";
  private static final String NO_ACCOUNTS = "this version has no accounts";

  private static final List<Setting> ALL =
      Stream.of(listening(), identity(), work(), logging(), compatibility())
          .flatMap(List::stream)
          .toList();

  private Settings() {}

  static List<Setting> all() {
    return ALL;
  }

  static Optional<Setting> named(String name) {
    return ALL.stream().filter(setting -> setting.name().equals(name)).findFirst();
  }

  private static List<Setting> listening() {
    return List.of(
        obeyed("port", "PORT", "8000", "the HTTP port; 0 takes a free one, -1 listens on none",
            (draft, text) -> draft.host.port = Values.port(text)),
        obeyed("bindAddress", "ADDRESS", "127.0.0.1", "the address to listen on; 0.0.0.0 is all",
            (draft, text) -> draft.host.bindAddress = text),
        obeyed("publicUri", "URI", null, "where others reach this host, if elsewhere",
            (draft, text) -> draft.host.publicUri = Values.uri(text)),
        obeyed("securePort", "PORT", "-1", "the HTTPS port; 0 takes a free one, -1 listens on none",
            (draft, text) -> draft.host.securePort = Values.port(text)),
        obeyed("certificateFile", "FILE", null, "the certificate chain, PEM",
            (draft, text) -> draft.host.certificateFile = Values.path(text)),
        obeyed("keyFile", "FILE", null, "the private key, PKCS#8 PEM",
            (draft, text) -> draft.host.keyFile = Values.path(text)),
        obeyed("keyPassphrase", "TEXT", null, "what the key is encrypted with",
            (draft, text) -> draft.host.keyPassphrase = text),
        obeyed("caFile", "FILE", null, "authorities that client certificates are checked against",
            (draft, text) -> draft.host.caFile = Values.path(text)),
        obeyed("sslClientAuthMode", "none|want|need", "none",
            "whether clients present certificates",
            (draft, text) ->
                draft.host.sslClientAuthMode =
                    Values.choice(ClientCertificates.class, text).name()));
  }

  private static List<Setting> identity() {
    return List.of(
        obeyed("sandbox", "DIR", "~/.cairn", "where data are kept, in a directory named by the port",
            (draft, text) -> draft.host.sandbox = Values.path(text)),
        obeyed("id", "NAME", null, "this node's name; made up and kept with the data if not given",
            (draft, text) -> draft.host.id = Values.name(text)),
        obeyed("location", "NAME", null, "a tag that says where this node is",
            (draft, text) -> draft.host.location = text),
        obeyed("partitions", "COUNT", "8", "parts of the documents; fixed when the data are made",
            (draft, text) -> draft.host.partitions = Values.count(text, 1, 1024)),
        obeyed("peerNodes", "URI,URI...", null,
            "the hosts of the group; " + SINGLE_HOST + ", so only this one may be named",
            (draft, text) -> draft.peerNodes = Values.list(text)));
  }

  private static List<Setting> work() {
    return List.of(
        obeyed("operationTimeout", "TIME", "60s", "how long a request may take",
            (draft, text) -> draft.host.operationTimeoutMicros = Values.positiveMicros(text)),
        obeyed("maintenanceInterval", "TIME", "1s", "the interval of services that set none",
            (draft, text) -> draft.host.maintenanceIntervalMicros = Values.positiveMicros(text)),
        obeyed("serviceCacheClearDelay", "TIME", "60s", "how long an idle service stays in memory",
            (draft, text) -> draft.host.serviceCacheClearDelayMicros = Values.positiveMicros(text)),
        obeyed("maximumIdleServices", "COUNT", "0",
            "how many idle services stay in memory; 0 derives it from the heap",
            (draft, text) -> draft.host.maximumIdleServices = Values.amount(text, Long.MAX_VALUE)),
        obeyed("requestPayloadSizeLimit", "SIZE", "64M", "the largest request body",
            (draft, text) -> draft.host.requestPayloadSizeLimit = size(text)),
        obeyed("responsePayloadSizeLimit", "SIZE", "64M", "the largest answer",
            (draft, text) -> draft.host.responsePayloadSizeLimit = size(text)));
  }

  private static List<Setting> logging() {
    return List.of(
        obeyed("logFormat", "text|json", "text", "lines for people, or JSON objects",
            (draft, text) -> draft.logFormat = Values.choice(LogFormat.class, text)),
        obeyed("logLevel", "error|warn|info|debug|trace", "info", "how much is logged",
            (draft, text) -> draft.logLevel = Values.choice(LogLevel.class, text).name()));
  }

  private static List<Setting> compatibility() {
    return Stream.concat(
            Stream.of(
                refused("isAuthorizationEnabled", "BOOL", "false", NO_ACCOUNTS, Values::bool),
                refused("authProviderHostUri", "URI", null, NO_ACCOUNTS, Values::uri),
                refused("isAutoBackupEnabled", "BOOL", "false", "back up the sandbox of a stopped"
                    + " host instead", Values::bool),
                ignored("autoBackupDirectory", "DIR", null, "there are no automatic backups",
                    Values::path),
                ignored("isPeerSynchronizationEnabled", "BOOL", "true", SINGLE_HOST, Values::bool),
                ignored("perFactoryPeerSynchronizationLimitSeconds", "COUNT", "3600", SINGLE_HOST,
                    text -> Values.count(text, 0, Integer.MAX_VALUE)),
                ignored("resourceSandbox", "DIR", null, "this version has no web console",
                    Values::path)),
            Stream.concat(
                Stream.of("adminUser", "adminPassword", "adminUserPassword", "exampleUser",
                        "exampleUserPassword")
                    .map(name -> ignored(name, "TEXT", null, NO_ACCOUNTS, text -> {})),
                Stream.of("colorSevere", "colorWarn", "colorConfig", "colorInfo", "colorFine",
                        "colorsEnabled")
                    .map(name -> ignored(name, "TEXT", null, "logs have no colours", text -> {}))))
        .toList();
  }

  private static int size(String text) {
    int size = (int) Values.amount(text, Integer.MAX_VALUE - 8);
    if (size == 0) {
      throw new IllegalArgumentException("must be at least 1");
    }
    return size;
  }

  private static Setting obeyed(
      String name, String form, @Nullable String fallback, String meaning,
      BiConsumer<Draft, String> taker) {
    return new Setting(name, form, fallback, meaning, Effect.OBEYED, taker);
  }

  private static Setting ignored(
      String name, String form, @Nullable String fallback, String why, Consumer<String> check) {
    return new Setting(
        name, form, fallback, why, Effect.NONE, (draft, text) -> check.accept(text));
  }

  private static Setting refused(
      String name, String form, @Nullable String fallback, String why, Consumer<String> check) {
    return new Setting(
        name, form, fallback, why, Effect.REFUSED, (draft, text) -> check.accept(text));
  }
}
