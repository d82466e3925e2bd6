// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.password;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Slows the guessing of passwords. Failures are counted for a user at an address, for an address
 * whatever the user, and for a user whatever the address; after some, each further one doubles the
 * time in which no login is looked at. That of a user alone stays short, so that a stranger cannot
 * lock anybody out. Whether there is such a user makes no difference. What is counted is forgotten
 * after a quarter of an hour without a failure, and bounded in number. Thread-safe.
 */
public final class LoginThrottle {

  private static final Rule PAIR = new Rule("p ", 5, Duration.ofMinutes(1));
  private static final Rule ADDRESS = new Rule("a ", 30, Duration.ofMinutes(5));
  private static final Rule USER = new Rule("u ", 100, Duration.ofSeconds(2));

  private static final Duration FORGOTTEN = Duration.ofMinutes(15);
  private static final long MOST = 50_000;
  private static final long FIRST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier nanoTime;
  private final Cache<String, Failures> counted;
  private final LongAdder failures = new LongAdder();
  private final LongAdder successes = new LongAdder();
  private final LongAdder slowed = new LongAdder();

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
  public LoginThrottle(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.counted =
        Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterWrite(FORGOTTEN)
            .ticker(nanoTime::getAsLong)
            .executor(Runnable::run)
            .build();
  }

  /**
   * Returns after how many seconds a login may be tried; 0 for at once.
   *
   * @param user the name as it was given
   * @param address whose request it is; null for this process
   */
  public long secondsToWait(String user, @Nullable SocketAddress address) {
    long now = nanoTime.getAsLong();
    String from = network(address);
    long wait =
        Math.max(
            left(key(PAIR, user, from), now),
            Math.max(left(key(ADDRESS, "", from), now), left(key(USER, user, ""), now)));
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
  public void failed(String user, @Nullable SocketAddress address) {
    failures.increment();
    String from = network(address);
    count(PAIR, key(PAIR, user, from));
    count(ADDRESS, key(ADDRESS, "", from));
    count(USER, key(USER, user, ""));
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
  public void succeeded(String user, @Nullable SocketAddress address) {
    successes.increment();
    counted.invalidate(key(PAIR, user, network(address)));
  }

  /** How many are counted, for metrics. */
  long size() {
    counted.cleanUp();
    return counted.estimatedSize();
  }

  /** Long names are cut: a name takes no more memory than this, whoever sends it. */
  private static String key(Rule rule, String user, String from) {
    String name = user.length() <= 128 ? user : user.substring(0, 128);
    return rule.prefix() + name + ' ' + from;
  }

  /** What counts as one address: of IPv6 the half that a provider gives to one customer. */
  private static String network(@Nullable SocketAddress address) {
    if (!(address instanceof InetSocketAddress inet) || inet.isUnresolved()) {
      return "here";
    }
    InetAddress ip = inet.getAddress();
    byte[] bytes = ip.getAddress();
    return HexFormat.of().formatHex(bytes.length == 16 ? Arrays.copyOf(bytes, 8) : bytes);
  }
}
