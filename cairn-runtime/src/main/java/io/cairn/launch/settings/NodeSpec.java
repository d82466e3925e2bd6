// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One node of a cluster as XOOM's start argument describes it: {@code
 * id:name:isSeed:host:opPort:appPort}, for example {@code 1:node1:true:localhost:17171:17172}. An
 * IPv6 address stands in brackets.
 *
 * @param id a number that no other node has, 1 to 32767
 * @param name a name that no other node has: letters, digits, dots, dashes, underscores
 * @param seed whether others find the cluster through this node; said to others, and of no effect
 *     on the node itself
 * @param host under which others reach the node; an IPv6 address in brackets
 * @param opPort where other nodes connect
 * @param appPort where clients do
 */
public record NodeSpec(int id, String name, boolean seed, String host, int opPort, int appPort) {

  /** What a spec looks like. */
  public static final String FORMAT = "id:name:isSeed:host:opPort:appPort";

  private static final String EXAMPLE = "1:node1:true:localhost:17171:17172";
  private static final Pattern PARTS =
      Pattern.compile("([^:]*):([^:]*):([^:]*):(\\[[^\\]]*\\]|[^:\\[\\]]*):([^:]*):([^:]*)");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,128}");
  private static final Pattern HOST_NAME =
      Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*\\.?");

  /**
   * Reads a spec; what {@link #toString} makes of it is the same text.
   *
   * @param problems gets a sentence for everything that is wrong
   * @return the node, or one with zeros in the place of what is wrong
   */
  static NodeSpec parse(String text, List<String> problems) {
    String subject = "the node spec \"" + text + "\": ";
    Matcher parts = PARTS.matcher(text);
    if (!parts.matches()) {
      problems.add(
          subject + "must be " + FORMAT + ", six parts, for example " + EXAMPLE + wordOn(text));
      return new NodeSpec(0, "", false, "", 0, 0);
    }
    int before = problems.size();
    int id = number(parts.group(1), Short.MAX_VALUE, subject + "id", problems);
    String name = parts.group(2);
    if (!NAME.matcher(name).matches()) {
      problems.add(
          subject
              + "name is \""
              + name
              + "\" and must be 1 to 128 letters, digits, dots, dashes or"
              + " underscores");
    }
    boolean seed = bool(parts.group(3), subject, problems);
    String host = parts.group(4);
    if (!isHost(host)) {
      problems.add(
          subject
              + "host is \""
              + host
              + "\" and must be a host name, an IPv4 address, or an IPv6"
              + " address in brackets");
    }
    int opPort = number(parts.group(5), 65_535, subject + "opPort", problems);
    int appPort = number(parts.group(6), 65_535, subject + "appPort", problems);
    if (opPort == appPort && problems.size() == before) {
      problems.add(subject + "opPort and appPort are both " + opPort + "; give each its own");
    }
    return new NodeSpec(id, name, seed, host, opPort, appPort);
  }

  /**
   * Reads a spec.
   *
   * @throws IllegalArgumentException that says everything that is wrong with it
   */
  public static NodeSpec parse(String text) {
    List<String> problems = new ArrayList<>();
    NodeSpec spec = parse(text, problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return spec;
  }

  /** Releases of XOOM before 1.11 took a name there, and so do its pages. */
  private static String wordOn(String text) {
    return NAME.matcher(text).matches() ? "; a name alone does not say where the node is" : "";
  }

  private static int number(String text, int most, String subject, List<String> problems) {
    try {
      return Values.count(text, 1, most);
    } catch (IllegalArgumentException e) {
      problems.add(subject + " is \"" + text + "\" and " + e.getMessage());
      return 0;
    }
  }

  private static boolean bool(String text, String subject, List<String> problems) {
    boolean isTrue = text.equalsIgnoreCase("true");
    if (!isTrue && !text.equalsIgnoreCase("false")) {
      problems.add(subject + "isSeed is \"" + text + "\" and must be true or false");
    }
    return isTrue;
  }

  /** Whether a text names a host as URIs do: an IPv6 address in brackets. */
  static boolean isHost(String text) {
    if (text.startsWith("[") && text.endsWith("]") && text.contains(":")) {
      return isAddress(text.substring(1, text.length() - 1));
    }
    boolean looksNumeric = text.matches("[0-9.]+");
    return looksNumeric ? isAddress(text) : HOST_NAME.matcher(text).matches();
  }

  private static boolean isAddress(String text) {
    try {
      return InetAddress.ofLiteral(text).getAddress().length > 0;
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }

  /** Whether others on this machine alone can reach it: its host is a loopback one. */
  public boolean isLoopback() {
    if (host.equalsIgnoreCase("localhost")) {
      return true;
    }
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    boolean address = host.startsWith("[") || bare.matches("[0-9.]+");
    return address && InetAddress.ofLiteral(bare).isLoopbackAddress();
  }

  /** The spec as one writes it. */
  @Override
  public String toString() {
    return id + ":" + name + ":" + seed + ":" + host + ":" + opPort + ":" + appPort;
  }
}
