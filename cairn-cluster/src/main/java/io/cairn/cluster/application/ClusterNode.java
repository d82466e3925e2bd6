// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import java.net.URI;
import java.time.Instant;
import java.util.Map;

/**
 * A live node of the cluster.
 *
 * @param id its stable name
 * @param launchId random, made anew each time its process starts
 * @param address where its peers reach it
 * @param properties what it says about itself, such as {@code uri}, where clients reach it
 * @param status whether it answers
 * @param lastSeen when this node last had word from it; now for itself
 */
public record ClusterNode(
    String id,
    String launchId,
    URI address,
    Map<String, String> properties,
    Status status,
    Instant lastSeen) {

  /** The property with the address that clients use. */
  public static final String PROPERTY_URI = "uri";

  /** The property with the number that a node specification gives. */
  public static final String PROPERTY_NUMBER = "number";

  /** The property that says whether a node is a seed. */
  public static final String PROPERTY_SEED = "seed";

  /** How a node is doing. */
  public enum Status {
    /** It answers, as far as is known. */
    ALIVE,
    /** Somebody got no answer from it; it has the suspicion time to say otherwise. */
    SUSPECT
  }

  /** Copies the properties. */
  public ClusterNode {
    properties = Map.copyOf(properties);
  }
}
