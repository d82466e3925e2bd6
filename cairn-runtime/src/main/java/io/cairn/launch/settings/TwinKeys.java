// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import io.cairn.launch.settings.SettingSources.Found;
import java.util.Map;

/** Settings that go by two names, XOOM's and Cairn's; one thread. */
final class TwinKeys {
  private static final String QUORUM = "membershipQuorum";
  private static final String PERIOD = "startupPeriod";
  private static final String PEERS = "peerNodes";

  private static final Map<String, String> OWN_NAMES =
      Map.of(
          ClusterKeys.SEEDS, PEERS,
          ClusterKeys.QUORUM, QUORUM,
          ClusterKeys.STARTUP_PERIOD, PERIOD);

  private final Map<String, Found> given;

  /**
   * Looks at what was written.
   *
   * @param given by name; of two names for one thing, {@link #choose} leaves one
   */
  TwinKeys(Map<String, Found> given) {
    this.given = given;
  }

  /** Lets the higher source decide; both names in one source are a mistake. */
  void choose(Problems problems) {
    OWN_NAMES.forEach(
        (key, own) -> {
          Found one = given.get(key);
          Found other = given.get(own);
          if (one == null || other == null) {
            return;
          }
          if (one.layer() == other.layer()) {
            problems.add(one, "and " + other.origin() + " say the same thing; keep one");
          }
          given.remove(one.layer().compareTo(other.layer()) <= 0 ? own : key);
        });
  }

  /** Says of both names what became of the one that was written. */
  void explain(Draft draft) {
    int quorum = draft.host.membershipQuorum;
    String counted = draft.wantsMajority ? ": majority" : "";
    explain(draft, ClusterKeys.QUORUM, quorum, counted);
    explain(draft, QUORUM, quorum, counted);
    long millis = draft.host.startupPeriodMicros / 1_000;
    explain(draft, ClusterKeys.STARTUP_PERIOD, millis, "");
    explain(draft, PERIOD, millis + "ms", "");
    if (given.containsKey(ClusterKeys.SEEDS)) {
      draft.derive(PEERS, String.join(",", draft.host.peerNodes), ClusterKeys.SEEDS);
    } else if (given.containsKey(PEERS)) {
      draft.derive(ClusterKeys.SEEDS, "", "see " + PEERS);
    }
  }

  private void explain(Draft draft, String name, Object value, String counted) {
    Found found = given.get(name);
    if (found != null) {
      draft.derive(name, value, found.from() + counted);
      return;
    }
    OWN_NAMES.forEach(
        (key, own) -> {
          if (name.equals(own) && given.containsKey(key)) {
            draft.derive(name, value, key);
          } else if (name.equals(key) && given.containsKey(own)) {
            draft.derive(name, value, own);
          }
        });
  }
}
