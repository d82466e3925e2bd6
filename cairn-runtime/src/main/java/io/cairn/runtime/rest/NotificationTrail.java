// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How many notifications have caused each other, on its way through hosts that need not know each
 * other. Inside, the header is a number, and behind commas what other hosts have said of theirs.
 * Outside, each host's number is sealed with a key that this host alone has, and every host hands
 * the entries of the others on: a circle comes back to where it began, and is broken there. A
 * number that a client has made up is nobody's, and means nothing. Thread-safe.
 */
public final class NotificationTrail {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;
  private static final int SEAL_BYTES = 16;

  /** A circle of more hosts than that is not noticed. */
  private static final int MOST_HOSTS = 16;

  private static final Pattern ENTRY = Pattern.compile("[\\w.-]{1,64}:\\d{1,3}:[0-9a-f]{32}");

  private final String host;
  private final SecretKeySpec key;

  public NotificationTrail(String host) {
    byte[] bytes = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(bytes);
    this.host = host;
    this.key = new SecretKeySpec(bytes, ALGORITHM);
  }

  /** What a notification carries to another host. */
  public String outgoing(String header) {
    List<String> parts = List.of(header.split(",", -1));
    String depth = parts.getFirst();
    return String.join(
        ",", join(host + ":" + depth + ":" + seal(depth), parts.subList(1, parts.size())));
  }

  /** What is to be believed of a request of a client, which may be another host. */
  public String incoming(String header) {
    return believed(0, List.of(header.split(",", -1)));
  }

  /** What is to be believed of a request that a node of this cluster has passed on. */
  public String passedOn(String header) {
    List<String> parts = List.of(header.split(",", -1));
    int depth;
    try {
      depth = Integer.parseInt(parts.getFirst());
    } catch (NumberFormatException e) {
      depth = 0;
    }
    return believed(depth, parts.subList(1, parts.size()));
  }

  private String believed(int least, List<String> entries) {
    int depth = least;
    List<String> others = new ArrayList<>();
    for (String entry : entries) {
      if (!ENTRY.matcher(entry).matches()) {
        continue;
      }
      String[] parts = entry.split(":", -1);
      if (parts[0].equals(host)) {
        boolean own =
            MessageDigest.isEqual(
                seal(parts[1]).getBytes(StandardCharsets.US_ASCII),
                parts[2].getBytes(StandardCharsets.US_ASCII));
        depth = own ? Math.max(depth, Integer.parseInt(parts[1])) : depth;
      } else if (others.size() < MOST_HOSTS) {
        others.add(entry);
      }
    }
    return String.join(",", join(Integer.toString(depth), others));
  }

  private static List<String> join(String first, List<String> rest) {
    return Stream.concat(Stream.of(first), rest.stream()).toList();
  }

  private String seal(String depth) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      byte[] digest = mac.doFinal(depth.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, SEAL_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has " + ALGORITHM, e);
    }
  }
}
