// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Addresses to greet: those that were configured and those of members that were seen and did not
 * say good-bye, so that separated islands find each other. Guarded by its own lock.
 */
final class Seeds {

  private static final Logger LOG = LoggerFactory.getLogger(Seeds.class);

  /** How many are greeted at a time; with this many, news of a join spread by gossip, not by us. */
  private static final int AT_A_TIME = 3;

  private final URI self;
  private final int capacity;
  private final Set<URI> configured = new LinkedHashSet<>();
  private final RecentMap<URI, Boolean> seen;

  Seeds(URI self, int capacity) {
    this.self = self;
    this.capacity = capacity;
    this.seen = new RecentMap<>(capacity);
  }

  synchronized void add(Collection<URI> addresses) {
    for (URI given : addresses) {
      URI address = origin(given);
      if (address.equals(self) || configured.contains(address)) {
        continue;
      }
      if (configured.size() >= capacity) {
        LOG.warn("Ignored seed {}: there are {} already", address, capacity);
        continue;
      }
      configured.add(address);
    }
  }

  /** Returns the form in which nodes know each other's addresses. */
  private static URI origin(URI address) {
    if (address.getScheme() == null || address.getHost() == null) {
      throw new IllegalArgumentException("a seed looks like http://host:port, was " + address);
    }
    String scheme = address.getScheme().toLowerCase(Locale.ROOT);
    int standardPort = scheme.equals("https") ? 443 : 80;
    int port = address.getPort() < 0 ? standardPort : address.getPort();
    return URI.create(scheme + "://" + address.getHost().toLowerCase(Locale.ROOT) + ":" + port);
  }

  synchronized void remember(URI address) {
    seen.put(address, true);
  }

  synchronized void forget(URI address) {
    seen.remove(address);
  }

  /** Whether there is nobody to greet. */
  synchronized boolean isEmpty() {
    return configured.isEmpty() && seen.keySet().isEmpty();
  }

  /** Returns some seeds at random that are not among the given ones. */
  synchronized List<URI> choose(Set<URI> except, RandomGenerator random) {
    Set<URI> candidates = new LinkedHashSet<>(configured);
    candidates.addAll(seen.keySet());
    candidates.removeAll(except);
    candidates.remove(self);
    List<URI> chosen = new ArrayList<>(candidates);
    Collections.shuffle(chosen, Random.from(random));
    return chosen.subList(0, Math.min(AT_A_TIME, chosen.size()));
  }
}
