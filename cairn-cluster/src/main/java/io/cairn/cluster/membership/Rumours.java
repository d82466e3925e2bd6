// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import io.cairn.cluster.membership.WireMessage.Claim;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is to be passed on, the latest claim about each launch, each a bounded number of times and
 * those first that were told least (SWIM, section 4.1). Confined to the protocol's thread.
 */
final class Rumours {

  private final Map<String, Rumour> rumours = new HashMap<>();

  private static final class Rumour {
    final Claim claim;
    int told;

    Rumour(Claim claim) {
      this.claim = claim;
    }
  }

  /** Has a claim passed on instead of what was said about the launch before. */
  void add(Claim claim) {
    rumours.put(claim.launch().launchId(), new Rumour(claim));
  }

  boolean isEmpty() {
    return rumours.isEmpty();
  }

  boolean isTelling(String launchId) {
    return rumours.containsKey(launchId);
  }

  /**
   * Returns what is to be told now, which counts as told.
   *
   * @param most how many rumours
   * @param listeners to how many members they go
   * @param enough how often a rumour is told before it is forgotten
   */
  List<Claim> tell(int most, int listeners, long enough) {
    if (rumours.isEmpty()) {
      return List.of();
    }
    List<Rumour> chosen =
        rumours.values().stream()
            .sorted(
                Comparator.<Rumour>comparingInt(rumour -> rumour.told)
                    .thenComparing(rumour -> rumour.claim.launch().launchId()))
            .limit(most)
            .toList();
    List<Claim> claims = new ArrayList<>(chosen.size());
    for (Rumour rumour : chosen) {
      claims.add(rumour.claim);
      rumour.told += listeners;
      if (rumour.told >= enough) {
        rumours.remove(rumour.claim.launch().launchId());
      }
    }
    return claims;
  }
}
