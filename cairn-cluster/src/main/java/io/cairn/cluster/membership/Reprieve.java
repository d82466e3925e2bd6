// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import reactor.core.scheduler.Scheduler;

/**
 * Members that the protocol has given up although there is a connection with them. On a machine that is
 * busy, as when several nodes start on it, answers are late without anybody being dead; a connection
 * ends by itself when its process does, and when nothing is heard on it for some seconds that this
 * process was awake. Such a member stays for as long as the connection does, and is greeted, so that the
 * protocol takes it in again; not for ever, because its membership may hang alone. Confined to the
 * protocol's thread.
 */
final class Reprieve {

  static final Duration LONGEST = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofMillis(200);

  private final MembershipTransport transport;
  private final Scheduler scheduler;

  /** By launch id. */
  private final Map<String, Stay> stays = new HashMap<>();

  private record Stay(ClusterMember member, long endsMillis, Runnable end) {}

  Reprieve(MembershipTransport transport, Scheduler scheduler) {
    this.transport = transport;
    this.scheduler = scheduler;
  }

  /**
   * Decides about a member that was given up.
   *
   * @param end gives it up for good
   * @return whether it stays for now
   */
  boolean grant(ClusterMember member, Runnable end) {
    if (!isConnected(member)) {
      return false;
    }
    stays.put(member.launchId(), new Stay(member, now() + LONGEST.toMillis(), end));
    lookLater(member.launchId());
    return true;
  }

  /** The member is well, or gone for certain; says whether it was one of these. */
  boolean over(String launchId) {
    return stays.remove(launchId) != null;
  }

  /** Returns where they are. */
  List<URI> addresses() {
    return stays.values().stream().map(stay -> stay.member.address()).toList();
  }

  private void look(String launchId) {
    Stay stay = stays.get(launchId);
    if (stay == null) {
      return;
    }
    if (isConnected(stay.member) && now() < stay.endsMillis) {
      lookLater(launchId);
    } else {
      stays.remove(launchId);
      stay.end.run();
    }
  }

  private void lookLater(String launchId) {
    try {
      var _ =
          scheduler.schedule(() -> look(launchId), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closing) {
      stays.clear();
    }
  }

  private boolean isConnected(ClusterMember member) {
    return transport.isConnected(member.address(), member.launchId());
  }

  private long now() {
    return scheduler.now(TimeUnit.MILLISECONDS);
  }
}
