// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import static io.cairn.launch.settings.Setting.ignored;
import static io.cairn.launch.settings.Setting.obeyed;

import io.cairn.cluster.application.MessagingSettings;
import io.cairn.cluster.application.MessagingSettings.Overflow;
import io.cairn.cluster.attributes.AttributesSettings;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The keys of XOOM's {@code xoom-cluster.properties}, with its names and units, and ours beside.
 */
final class ClusterKeys {

  static final String SEEDS = "cluster.seeds";
  static final String QUORUM = "cluster.nodes.quorum";
  static final String STARTUP_PERIOD = "cluster.startup.period";
  static final String SSL = "cluster.ssl";
  static final String APPLICATION = "cluster.app.class";

  private static final int LEAST_OPERATIONAL = 512;
  private static final int MOST_OPERATIONAL = 64 << 10;
  private static final int MOST_APPLICATION = 16 << 20;
  private static final long HOUR = 3_600_000;
  private static final AttributesSettings ATTRIBUTES = AttributesSettings.defaults();
  private static final MessagingSettings MESSAGING = MessagingSettings.defaults();

  /** How nodes were described before node specs. */
  private static final Pattern OLD_NODE =
      Pattern.compile("node\\.[^.]+\\.(id|name|host|op\\.port|app\\.port)");

  private ClusterKeys() {}

  /** The keys that are obeyed. */
  static List<Setting> settings() {
    return Stream.of(nodes(), attributes(), applications()).flatMap(List::stream).toList();
  }

  private static List<Setting> nodes() {
    return List.of(
        obeyed(
            SEEDS,
            "HOST:PORT,...",
            null,
            "where other nodes listen for their peers; may name this one; empty: alone",
            (draft, text) -> {
              draft.seeds = SeedList.parse(text);
              draft.peerNodes = draft.seeds;
            }),
        obeyed(
            QUORUM,
            "COUNT|majority",
            "1",
            "live nodes of a healthy cluster; majority is that of the seeds",
            Settings::takeQuorum),
        obeyed(
            STARTUP_PERIOD,
            "MILLIS",
            "5000",
            "how long a fresh node looks for the others",
            (draft, text) ->
                draft.host.startupPeriodMicros = Values.millis(text, 0, HOUR).toMillis() * 1_000),
        obeyed(
            SSL,
            "BOOL",
            "false",
            "make the ports HTTPS, with certificateFile and keyFile",
            (draft, text) -> draft.ssl = Values.bool(text)),
        obeyed(
            "cluster.op.buffer.size",
            "BYTES",
            String.valueOf(ATTRIBUTES.maxEntryBytes()),
            "largest attribute, names included, and largest description of a node",
            (draft, text) -> {
              int bytes = Values.bytes(text, LEAST_OPERATIONAL, MOST_OPERATIONAL);
              draft.membership.maxMetadataBytes(bytes);
              draft.host.attributes =
                  draft.host.attributes.with(
                      it ->
                          it.maxEntryBytes(bytes)
                              .maxMessageBytes(Math.max(it.maxMessageBytes(), 2 * bytes)));
            }));
  }

  private static List<Setting> attributes() {
    return List.of(
        obeyed(
            "cluster.attributes.redistribution.interval",
            "MILLIS",
            String.valueOf(ATTRIBUTES.redistributionInterval().toMillis()),
            "how often a changed attribute is sent again to nodes that have not confirmed it",
            (draft, text) ->
                draft.host.attributes =
                    draft.host.attributes.withRedistributionInterval(Values.millis(text, 1, HOUR))),
        obeyed(
            "cluster.attributes.redistribution.retries",
            "COUNT",
            String.valueOf(ATTRIBUTES.redistributionRetries()),
            "how often at most; what is still missing comes by comparison later",
            (draft, text) ->
                draft.host.attributes =
                    draft.host.attributes.withRedistributionRetries(Values.count(text, 0, 10_000))),
        obeyed(
            "cluster.attributes.persistent",
            "BOOL",
            "false",
            "keep attributes on disk, over a restart of all nodes at once",
            (draft, text) -> draft.host.persistentAttributes = Values.bool(text)));
  }

  private static List<Setting> applications() {
    return List.of(
        obeyed(
            APPLICATION,
            "CLASS",
            null,
            "a ClusterApplication that this node makes and calls",
            (draft, text) -> draft.host.clusterApplicationClass = text.isEmpty() ? null : text),
        obeyed(
            "cluster.app.stage",
            "NAME",
            null,
            "the name of the thread that calls it",
            (draft, text) ->
                draft.host.clusterApplicationStage = text.isEmpty() ? null : Values.name(text)),
        obeyed(
            "cluster.app.buffer.size",
            "BYTES",
            String.valueOf(MESSAGING.maxMessageBytes()),
            "largest application message",
            (draft, text) ->
                draft.host.messaging =
                    draft.host.messaging.withMaxMessageBytes(
                        Values.bytes(text, 1, MOST_APPLICATION))),
        obeyed(
            "cluster.app.inbound.queue",
            "COUNT",
            String.valueOf(MESSAGING.queueCapacity()),
            "how many messages wait for the application at most",
            (draft, text) ->
                draft.host.messaging =
                    draft.host.messaging.withQueueCapacity(Values.count(text, 1, 1_000_000))),
        obeyed(
            "cluster.app.overflow",
            "reject|dropOldest",
            "reject",
            "what happens to a message that comes when it is full",
            (draft, text) ->
                draft.host.messaging = draft.host.messaging.withOverflow(overflow(text))));
  }

  private static Overflow overflow(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "reject" -> Overflow.REJECT;
      case "dropoldest" -> Overflow.DROP_OLDEST;
      default -> throw new IllegalArgumentException("must be one of reject, dropOldest");
    };
  }

  /** The keys that mean nothing to Cairn; the meaning says why. */
  static List<Setting> retired() {
    return Stream.of(
            unused(
                "cluster.app.incoming.probe.interval",
                "10",
                "messages come without being asked for"),
            unused("cluster.op.outgoing.pooled.buffers", "20", "buffers are pooled by the network"),
            unused(
                "cluster.app.outgoing.pooled.buffers", "50", "buffers are pooled by the network"),
            unused("cluster.msg.charset", "UTF-8", "text is UTF-8, always"),
            unused("cluster.health.check.interval", "3000", "health changes with its causes"),
            unused(
                "cluster.op.incoming.probe.interval",
                null,
                "messages come without being asked for"),
            unused("cluster.heartbeat.interval", null, "see cluster.membership.ping.interval"),
            unused(
                "cluster.live.node.timeout", null, "see cluster.membership.suspicion.multiplier"),
            unused("cluster.quorum.timeout", null, "the quorum is counted at each change"),
            unused("cluster.nodes", null, "see cluster.seeds"),
            unused("cluster.seedNodes", null, "see cluster.seeds"),
            unused("cluster.quorum", null, "see cluster.nodes.quorum"))
        .toList();
  }

  private static Setting unused(String name, @Nullable String fallback, String why) {
    return ignored(name, "TEXT", fallback, why, text -> {});
  }

  /** Why a key of a file means nothing, if it is one of those with a node's name in it. */
  static Optional<String> retiredNodeKey(String key) {
    return OLD_NODE.matcher(key).matches()
        ? Optional.of("a node is described by the argument of cairn node")
        : Optional.empty();
  }

  /** Whether a key that is not known stands beside ours: it is warned of, and refused nowhere. */
  static boolean isForeign(String key) {
    String lower = key.toLowerCase(Locale.ROOT);
    return lower.startsWith("cluster.") || lower.startsWith("node.");
  }
}
