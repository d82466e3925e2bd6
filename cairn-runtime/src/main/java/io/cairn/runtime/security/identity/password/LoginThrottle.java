// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.password;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cairn.runtime.security.identity.ClientNetwork;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Slows the guessing of passwords. Failures are counted for a user at an address, for an address
 * whatever the user, and for a user whatever the address; after some, each further one doubles the
 * time in which no login is looked at. That of a user alone stays short, so that a stranger cannot
 * lock anybody out. Whether there is such a user makes no difference. What is counted is forgotten
 * after a while without a failure, and bounded in number. Thread-safe.
 */
public final class LoginThrottle {

  private static final Duration WAIT_OF_USER = Duration.ofSeconds(2);
  private static final long MOST = 50_000;
  private static final long FIRST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Rule pair;
  private final Rule address;
  private final Rule user;
  private final LongSupplier nanoTime;
  private final Cache<String, Failures> counted;
  private final LongAdder failures = new LongAdder();
  private final LongAdder successes = new LongAdder();
  private final LongAdder slowed = new LongAdder();

  /**
   * What is borne.
   *
   * @param failures of a user at an address that are free
   * @param ofAddress the same of an address
   * @param ofUser the same of a user
   * @param longestWait how long a user at an address waits at most
   * @param waitOfAddress how long an address waits at most
   * @param kept after how long without a failure they are forgotten
   */
  public record Limits(
      int failures,
      int ofAddress,
      int ofUser,
      Duration longestWait,
      Duration waitOfAddress,
      Duration kept) {}

  /**
   * How many failures are free, and how long one waits at most.
   *
   * @param prefix of the keys
   */
  private record Rule(String prefix, int free, Duration longest) {

    long waitNanos(int failures) {
      int doubled = Math.min(failures - free, 30);
      return doubled < 0 ? 0 : Math.min(FIRST_WAIT_NANOS << doubled, longest.toNanos());
    }
  }

  /** How many logins were right, wrong, or not looked at, since the start. */
  public record Logins(long succeeded, long failed, long slowed) {}

  /** Failures until now, and until when no login is looked at. */
  private record Failures(int count, long untilNanos) {}

  /**
   * Counts nothing yet.
   *
   * @param nanoTime only goes forward
   */
  public LoginThrottle(Limits limits, LongSupplier nanoTime) {
    this.pair = new Rule("p ", limits.failures(), limits.longestWait());
    this.address = new Rule("a ", limits.ofAddress(), limits.waitOfAddress());
    this.user = new Rule("u ", limits.ofUser(), WAIT_OF_USER);
    this.nanoTime = nanoTime;
    this.counted =
        Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterWrite(limits.kept())
            .ticker(nanoTime::getAsLong)
            .executor(Runnable::run)
            .build();
  }

  /**
   * Returns after how many seconds a login may be tried; 0 for at once.
   *
   * @param name the user's name as it was given
   * @param client whose request it is; null for this process
   */
  public long secondsToWait(String name, @Nullable SocketAddress client) {
    long now = nanoTime.getAsLong();
    String from = ClientNetwork.of(client);
    long wait =
        Math.max(
            left(key(pair, name, from), now),
            Math.max(left(key(address, "", from), now), left(key(user, name, ""), now)));
    if (wait <= 0) {
      return 0;
    }
    slowed.increment();
    return TimeUnit.NANOSECONDS.toSeconds(wait) + 1;
  }

  /** Returns what has come of logins. */
  public Logins logins() {
    return new Logins(successes.sum(), failures.sum(), slowed.sum());
  }

  private long left(String key, long now) {
    Failures failures = counted.getIfPresent(key);
    return failures == null ? 0 : failures.untilNanos() - now;
  }

  /** Counts a login that failed. */
  public void failed(String name, @Nullable SocketAddress client) {
    failures.increment();
    String from = ClientNetwork.of(client);
    count(pair, key(pair, name, from));
    count(address, key(address, "", from));
    count(user, key(user, name, ""));
  }

  private void count(Rule rule, String key) {
    var _ =
        counted
            .asMap()
            .compute(
                key,
                (same, before) -> {
                  int count = before == null ? 1 : before.count() + 1;
                  long until = nanoTime.getAsLong() + rule.waitNanos(count);
                  return new Failures(count, until);
                });
  }

  /** Forgets what a user has failed at an address: the password was right. */
  public void succeeded(String name, @Nullable SocketAddress client) {
    successes.increment();
    counted.invalidate(key(pair, name, ClientNetwork.of(client)));
  }

  /** How many are counted, for metrics. */
  long size() {
    counted.cleanUp();
    return counted.estimatedSize();
  }

  /** Long names are cut: a name takes no more memory than this, whoever sends it. */
  private static String key(Rule rule, String name, String from) {
    String kept = name.length() <= 128 ? name : name.substring(0, 128);
    return rule.prefix() + kept + ' ' + from;
  }
}
