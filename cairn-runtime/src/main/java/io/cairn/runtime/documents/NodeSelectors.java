// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.cluster.group.NodeGroup;
import io.cairn.cluster.group.NodeGroups;
import io.cairn.cluster.group.partition.PartitionSet;
import io.cairn.cluster.group.state.SelectorSpec;
import io.cairn.service.uri.ServiceUriPaths;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node selectors of this host, by path: each names a node group and how documents are spread
 * over it. The partitions of a selector are made when the first service asks for them. Thread-safe.
 */
public final class NodeSelectors {

  private static final Logger log = LoggerFactory.getLogger(NodeSelectors.class);
  private static final SelectorSpec ONE = new SelectorSpec("default-1x", 1);
  private static final SelectorSpec THREE = new SelectorSpec("default-3x", 3);

  private final String nodeId;
  private final NodeGroups groups;
  private final DiskRoom room;
  private final Map<String, Selector> selectors = new ConcurrentHashMap<>();
  private final Set<String> wanted = ConcurrentHashMap.newKeySet();
  private final Set<String> beingMade = ConcurrentHashMap.newKeySet();

  /**
   * One selector.
   *
   * @param path where its service answers
   * @param group the node group
   * @param spec how documents are spread
   * @param documents what is kept in its partitions
   */
  public record Selector(
      String path, String group, SelectorSpec spec, PartitionedStorage documents) {}

  public NodeSelectors(String nodeId, NodeGroups groups, DiskRoom room) {
    this.nodeId = nodeId;
    this.room = room;
    this.groups = groups;
    add(ServiceUriPaths.DEFAULT_NODE_SELECTOR, NodeGroups.DEFAULT, SelectorSpec.EVERYWHERE);
    add(ServiceUriPaths.DEFAULT_1X_NODE_SELECTOR, NodeGroups.DEFAULT, ONE);
    add(ServiceUriPaths.DEFAULT_3X_NODE_SELECTOR, NodeGroups.DEFAULT, THREE);
  }

  /** Adds a selector, or returns the one at that path. */
  public Selector add(String path, String group, SelectorSpec spec) {
    return selectors.computeIfAbsent(
        path,
        key ->
            new Selector(
                key,
                group,
                spec,
                new PartitionedStorage(
                    nodeId,
                    () -> partitions(group, spec),
                    room,
                    () -> groups.view(group).condition())));
  }

  private @Nullable PartitionSet partitions(String group, SelectorSpec spec) {
    NodeGroup present = groups.find(group);
    return present == null ? null : present.partitions(spec.name());
  }

  public @Nullable Selector find(String path) {
    return selectors.get(path);
  }

  public Collection<Selector> all() {
    return selectors.values();
  }

  /** The documents of a selector, which is made ready to keep some. */
  public PartitionedStorage documents(String path) {
    Selector selector = selectors.get(path);
    if (selector == null) {
      throw new IllegalArgumentException("There is no node selector at " + path);
    }
    wanted.add(path);
    NodeGroup group = groups.find(selector.group());
    if (group != null) {
      establish(group, selector);
    }
    return selector.documents();
  }

  /** Has the partitions made that somebody wants and that are not there. For one thread. */
  public void sweep() {
    for (String path : wanted) {
      Selector selector = selectors.get(path);
      NodeGroup group = selector == null ? null : groups.find(selector.group());
      if (selector != null && group != null && !group.view().condition().idle()) {
        establish(group, selector);
      }
    }
  }

  private void establish(NodeGroup group, Selector selector) {
    if (group.partitions(selector.spec().name()) != null || !beingMade.add(selector.path())) {
      return;
    }
    var _ =
        group
            .establish(selector.spec())
            .whenComplete(
                (set, failure) -> {
                  beingMade.remove(selector.path());
                  if (failure != null) {
                    log.warn(
                        "The partitions of {} could not be made yet: {}",
                        selector.path(),
                        failure.toString());
                  }
                });
  }

  /**
   * The name of a selector's partitions within its group, the same on every node and for ever: the
   * path's last segment for those below the usual prefix, for others one that no such path has.
   */
  public static String specName(String path) {
    String usual = ServiceUriPaths.NODE_SELECTOR_PREFIX + "/";
    String rest = path.startsWith(usual) ? path.substring(usual.length()) : "";
    if (rest.matches("[A-Za-z0-9.-]{1,64}")) {
      return rest;
    }
    String last = path.substring(path.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9.-]", "-");
    String hash = HexFormat.of().formatHex(sha256(path), 0, 8);
    return last.substring(0, Math.min(last.length(), 40)) + "." + hash;
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  PartitionedStorage defaultDocuments() {
    Selector selector = selectors.get(ServiceUriPaths.DEFAULT_NODE_SELECTOR);
    if (selector == null) {
      throw new IllegalStateException("the default node selector is gone");
    }
    return selector.documents();
  }

  /**
   * The documents of the selectors that keep some, as far as can be known: all of a group that this
   * node is in and that has not made their partitions keep none.
   */
  List<PartitionedStorage> searched() {
    List<PartitionedStorage> searched = new ArrayList<>();
    for (Selector selector : selectors.values()) {
      if (selector.documents().count() > 0
          || (selector.documents().refusal() != null
              && partitions(selector.group(), SelectorSpec.EVERYWHERE) == null)) {
        searched.add(selector.documents());
      }
    }
    return searched;
  }

  public List<PartitionedStorage> allDocuments() {
    return selectors.values().stream().map(Selector::documents).toList();
  }
}
