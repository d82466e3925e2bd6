// SPDX-License-Identifier: Apache-2.0
package io.cairn.host;

import io.cairn.cluster.group.NodeGroup;
import io.cairn.cluster.group.NodeGroups;
import io.cairn.cluster.group.PartitionSet;
import io.cairn.cluster.group.SelectorSpec;
import io.cairn.host.documents.PartitionedDocuments;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node selectors of this host, by path: each names a node group and how documents are spread
 * over it. The partitions of a selector are made when the first service asks for them. Thread-safe.
 */
final class NodeSelectors {

  private static final Logger log = LoggerFactory.getLogger(NodeSelectors.class);
  private static final SelectorSpec ONE = new SelectorSpec("default-1x", 1);
  private static final SelectorSpec THREE = new SelectorSpec("default-3x", 3);

  private final String nodeId;
  private final NodeGroups groups;
  private final Map<String, Selector> selectors = new ConcurrentHashMap<>();

  /**
   * One selector.
   *
   * @param path where its service answers
   * @param group the node group
   * @param spec how documents are spread
   * @param documents what is kept in its partitions
   */
  record Selector(
      String path, String group, SelectorSpec spec, PartitionedDocuments documents) {}

  NodeSelectors(String nodeId, NodeGroups groups) {
    this.nodeId = nodeId;
    this.groups = groups;
    add(ServiceUriPaths.DEFAULT_NODE_SELECTOR, NodeGroups.DEFAULT, SelectorSpec.EVERYWHERE);
    add(ServiceUriPaths.DEFAULT_1X_NODE_SELECTOR, NodeGroups.DEFAULT, ONE);
    add(ServiceUriPaths.DEFAULT_3X_NODE_SELECTOR, NodeGroups.DEFAULT, THREE);
    groups.onPartitionsChange(group -> establishMissing(group));
  }

  /** Adds a selector, or returns the one at that path. */
  Selector add(String path, String group, SelectorSpec spec) {
    return selectors.computeIfAbsent(
        path,
        key ->
            new Selector(
                key, group, spec, new PartitionedDocuments(nodeId, () -> partitions(group, spec))));
  }

  private @Nullable PartitionSet partitions(String group, SelectorSpec spec) {
    NodeGroup present = groups.find(group);
    return present == null ? null : present.partitions(spec.name());
  }

  @Nullable Selector find(String path) {
    return selectors.get(path);
  }

  Collection<Selector> all() {
    return selectors.values();
  }

  /** The documents of a selector, which is made ready to keep some. */
  PartitionedDocuments documents(String path) {
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

  private final java.util.Set<String> wanted = ConcurrentHashMap.newKeySet();

  private void establishMissing(NodeGroup group) {
    for (String path : wanted) {
      Selector selector = selectors.get(path);
      if (selector != null && selector.group().equals(group.name())) {
        establish(group, selector);
      }
    }
  }

  private static void establish(NodeGroup group, Selector selector) {
    if (group.partitions(selector.spec().name()) == null) {
      var _ =
          group
              .establish(selector.spec())
              .whenComplete(
                  (set, failure) -> {
                    if (failure != null) {
                      log.warn("The partitions of {} could not be made", selector.path(), failure);
                    }
                  });
    }
  }

  PartitionedDocuments defaultDocuments() {
    Selector selector = selectors.get(ServiceUriPaths.DEFAULT_NODE_SELECTOR);
    if (selector == null) {
      throw new IllegalStateException("the default node selector is gone");
    }
    return selector.documents();
  }

  List<PartitionedDocuments> allDocuments() {
    return selectors.values().stream().map(Selector::documents).toList();
  }
}
