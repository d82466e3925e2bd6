// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import io.cairn.cluster.group.GroupView;
import io.cairn.cluster.group.NodeGroup;
import io.cairn.cluster.group.NodeGroups;
import io.cairn.cluster.group.NodeStatus;
import io.cairn.cluster.group.NodeView;
import io.cairn.cluster.group.state.GroupConfig;
import io.cairn.cluster.group.state.NodeRole;
import io.cairn.cluster.group.state.SelectorSpec;
import io.cairn.runtime.documents.NodeSelectors;
import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.model.HostSettings;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.StandardRefusal;
import io.cairn.service.UriUtils;
import io.cairn.service.nodes.NodeGroupService.NodeGroupState;
import io.cairn.service.nodes.NodeSelectorState;
import io.cairn.service.uri.ServiceUriPaths;
import java.io.IOException;
import java.net.URI;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * The node groups and node selectors of a host as services: one for each group that this node is
 * in, for as long as it is. Thread-safe.
 */
public final class HostNodes {

  private final ServiceHost host;
  private final HostSettings settings;
  private final NodeGroups nodeGroups;
  private final NodeSelectors nodeSelectors;
  private final SelectorRequests.Routes routes;
  private final Predicate<URI> isOwn;
  private final GroupChangeWatch changes;
  private final Consumer<GroupView> seen;
  private final HostClock clock;
  private final JoinRate joinRate;
  private final WaitNotice waits;
  private final Map<String, Served> groups = new ConcurrentSkipListMap<>();
  private final Map<String, SelectorRequests> selectors = new ConcurrentSkipListMap<>();

  /** The paths of selectors that clients have asked for and that are starting. */
  private final Set<String> starting = new HashSet<>();

  /**
   * What a host has of groups and nodes.
   *
   * @param isOwn whether a URI names this host
   */
  public record Known(NodeGroups groups, NodeSelectors selectors, Predicate<URI> isOwn) {}

  /** A group's service, and when it has started. */
  private record Served(GroupRequests requests, CompletableFuture<Void> started) {}

  /**
   * Services of a host's groups, which are started later.
   *
   * @param seen hears how each group is first, and after each change
   */
  public HostNodes(
      ServiceHost host,
      HostSettings settings,
      Known known,
      SelectorRequests.Routes routes,
      GroupChangeWatch changes,
      Consumer<GroupView> seen) {
    this.host = host;
    this.settings = settings;
    this.nodeGroups = known.groups();
    this.nodeSelectors = known.selectors();
    this.isOwn = known.isOwn();
    this.routes = routes;
    this.clock = routes.clock();
    this.joinRate = new JoinRate(clock.nanoTime());
    this.waits = new WaitNotice(LoggerFactory.getLogger(HostNodes.class), clock.nanoTime());
    this.changes = changes;
    this.seen = seen;
  }

  /** Starts the services; returns when they answer. */
  public void start() {
    host.startAndAwait(new NodeGroupFactoryService(this, clock), NodeGroupFactoryService.SELF_LINK);
    host.startAndAwait(
        new NodeSelectorFactoryService(this, clock), NodeSelectorFactoryService.SELF_LINK);
    nodeGroups.onPartitionsChange(group -> serve(group.name()).requests().watch());
    nodeGroups.all().forEach(group -> serve(group.name()));
    serve(NodeGroups.DEFAULT).started().join();
    for (NodeSelectors.Selector selector : nodeSelectors.all()) {
      host.startAndAwait(
          new ConsistentHashingNodeSelectorService(this), selector.path(), initial(selector));
    }
  }

  private static NodeSelectorState initial(NodeSelectors.Selector selector) {
    NodeSelectorState state = new NodeSelectorState();
    state.nodeGroupLink = GroupStates.pathOf(selector.group());
    int factor = selector.spec().replicationFactor();
    state.replicationFactor = factor == 0 ? null : (Long) (long) factor;
    return state;
  }

  // Groups

  private synchronized Served serve(String name) {
    return groups.computeIfAbsent(name, this::begin);
  }

  private Served begin(String name) {
    GroupRequests requests =
        new GroupRequests(
            new GroupRequests.Setting(
                name,
                routes.nodes().self(),
                () -> nodeGroups.find(name),
                () -> outside(name),
                isOwn,
                joinRate),
            view -> {
              changes.changed(view);
              seen.accept(view);
            });
    CompletableFuture<Void> started = new CompletableFuture<>();
    Operation post =
        Operation.createPost(UriUtils.buildUri(host, GroupStates.pathOf(name)))
            .setReferer(host.getUri())
            .setCompletion(
                (done, failure) -> {
                  if (failure == null) {
                    started.complete(null);
                  } else {
                    started.completeExceptionally(failure);
                  }
                });
    host.startService(post, new NodeGroupEndpoint(requests));
    return new Served(requests, started);
  }

  /** A group that this node is not in: itself alone, with what is in the way. */
  private GroupView outside(String name) {
    NodeView self =
        new NodeView(
            routes.nodes().self(),
            host.getPublicUri(),
            NodeStatus.SYNCHRONIZING,
            NodeRole.PEER,
            Map.of(),
            0,
            0,
            0);
    return new GroupView(
        name, "", 0, config(), Map.of(self.id(), self), 0, 0, nodeGroups.view(name).condition());
  }

  private GroupConfig config() {
    return GroupConfig.defaults().withNodeRemovalDelayMicros(settings.nodeRemovalDelayMicros());
  }

  /** The paths of the groups that this node is in, sorted. */
  Set<String> groupLinks() {
    Set<String> links = new TreeSet<>();
    groups.keySet().forEach(name -> links.add(GroupStates.pathOf(name)));
    return links;
  }

  /** The groups that this node is in with their states, by path. */
  Map<String, NodeGroupState> groupStates() {
    Map<String, NodeGroupState> states = new TreeMap<>();
    groups.forEach(
        (name, served) -> states.put(GroupStates.pathOf(name), served.requests().state()));
    return states;
  }

  /**
   * Makes a group of this host alone, and answers with its state, or that there are too many.
   *
   * @return false if there is one of that name, and the operation has not been answered
   */
  boolean createGroup(String name, JsonNode config, Operation post) throws IOException {
    GroupConfig wanted =
        config.isMissingNode() || config.isNull()
            ? config()
            : GroupConfigs.changed(config(), config);
    synchronized (this) {
      if (groups.containsKey(name)) {
        return false;
      }
      int most = settings.maxNodeGroups();
      if (groups.size() >= most) {
        failFull(post, "node groups", "maxNodeGroups", most);
        return true;
      }
      var _ = nodeGroups.create(name, wanted);
    }
    Served served = serve(name);
    var _ =
        served
            .started()
            .whenComplete(
                (done, failure) -> {
                  if (failure == null) {
                    post.addResponseHeader(Operation.LOCATION_HEADER, GroupStates.pathOf(name));
                    post.setBodyNoCloning(served.requests().state()).complete();
                  } else {
                    post.fail(failure);
                  }
                });
    return true;
  }

  private static void failFull(Operation op, String what, String setting, int most) {
    StandardRefusal.SETTING_EXHAUSTED.answer(
        op,
        "This host has %d %s, as many as the setting %s allows: raise it to make more"
            .formatted(most, what, setting));
  }

  // Selectors

  /**
   * Starts a selector for a client, unless there are too many; then the request has its answer.
   *
   * @param start the request to start it at its path; its completion is left as it is
   */
  void startSelector(String path, Operation start) {
    int most = settings.maxNodeSelectors();
    synchronized (this) {
      boolean known = selectors.containsKey(path) || starting.contains(path);
      if (!known && selectors.size() + starting.size() >= most) {
        failFull(start, "node selectors", "maxNodeSelectors", most);
        return;
      }
      starting.add(path);
    }
    start.nestCompletion(
        (done, failure) -> {
          started(path);
          if (failure == null) {
            start.complete();
          } else {
            start.fail(done.getStatusCode(), failure, done.getBodyRaw());
          }
        });
    try {
      host.startService(start, new ConsistentHashingNodeSelectorService(this));
    } catch (RuntimeException e) {
      started(path);
      throw e;
    }
  }

  private synchronized void started(String path) {
    starting.remove(path);
  }

  /**
   * Makes a selector known, or gives the one at that path.
   *
   * @throws IllegalArgumentException if the state names no group, or differs from what is there
   */
  SelectorRequests addSelector(String path, NodeSelectorState state) {
    String link =
        state.nodeGroupLink == null ? ServiceUriPaths.DEFAULT_NODE_GROUP : state.nodeGroupLink;
    if (!UriUtils.isChildPath(link, ServiceUriPaths.NODE_GROUP_FACTORY)) {
      throw new IllegalArgumentException(
          "nodeGroupLink must be like %s, not %s"
              .formatted(ServiceUriPaths.DEFAULT_NODE_GROUP, link));
    }
    String group = UriUtils.getLastPathSegment(link);
    long factor = state.replicationFactor == null ? 0 : state.replicationFactor;
    if (factor < 0 || factor > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("replicationFactor is out of range: " + factor);
    }
    SelectorRequests requests =
        new SelectorRequests(
            new SelectorRequests.Setting(
                path,
                group,
                (int) factor,
                () -> nodeGroups.find(group),
                () -> nodeSelectors.documents(path)),
            routes);
    requests.setReplicationQuorum(state.replicationQuorum); // Before there is anything to undo.
    NodeSelectors.Selector selector =
        nodeSelectors.add(
            path, group, new SelectorSpec(NodeSelectors.specName(path), (int) factor));
    if (!selector.group().equals(group) || selector.spec().replicationFactor() != factor) {
      throw new IllegalArgumentException(
          "There is a selector at %s already, of group %s with replication factor %d"
              .formatted(path, selector.group(), selector.spec().replicationFactor()));
    }
    selectors.put(path, requests);
    return requests;
  }

  /** The paths of the selectors, sorted. */
  Set<String> selectorLinks() {
    return new TreeSet<>(selectors.keySet());
  }

  /** The selectors with their states, by path. */
  Map<String, NodeSelectorState> selectorStates() {
    Map<String, NodeSelectorState> states = new TreeMap<>();
    selectors.forEach((path, requests) -> states.put(path, requests.state()));
    return states;
  }

  /** The selector at a path; null if there is none. */
  @Nullable SelectorRequests selector(String path) {
    return selectors.get(path);
  }

  /** Whether requests to the members of a group find them, as this node sees it. */
  boolean isAvailable(String groupLink) {
    Served served = groups.get(UriUtils.getLastPathSegment(groupLink));
    return served != null && served.requests().obstacles().isEmpty();
  }

  /** Has the services of a selector's group hear of its members as if those had just changed. */
  void tellMembers(String selectorPath) {
    NodeSelectors.Selector selector = nodeSelectors.find(selectorPath);
    NodeGroup group = selector == null ? null : nodeGroups.find(selector.group());
    if (group != null) {
      changes.tell(group.view());
    }
  }

  /**
   * Goes on with what services are still to hear of the members, and says what is waited for.
   * Called often, by one thread.
   */
  public void sweep() {
    // A group that came to be after its service has started tells nobody that it is there.
    groups.values().forEach(served -> served.requests().watch());
    changes.sweep();
    nodeGroups.all().forEach(group -> waits.look(group.name(), group.view().condition().refusal()));
  }
}
