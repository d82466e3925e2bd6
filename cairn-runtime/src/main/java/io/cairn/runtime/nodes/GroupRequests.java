// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import io.cairn.cluster.group.GroupView;
import io.cairn.cluster.group.JoinOptions;
import io.cairn.cluster.group.JoinRefusedException;
import io.cairn.cluster.group.NodeGroup;
import io.cairn.cluster.group.NodeStatus;
import io.cairn.cluster.group.NodeView;
import io.cairn.cluster.group.state.GroupConfig;
import io.cairn.cluster.group.state.NodeRole;
import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.net.FailedFuture;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.StandardRefusal;
import io.cairn.service.UriUtils;
import io.cairn.service.nodes.NodeGroupService;
import io.cairn.service.nodes.NodeGroupService.JoinPeerRequest;
import io.cairn.service.nodes.NodeGroupService.NodeGroupChange;
import io.cairn.service.nodes.NodeGroupService.NodeGroupState;
import io.cairn.service.nodes.NodeGroupService.UpdateQuorumRequest;
import io.cairn.service.nodes.NodeState.NodeOption;
import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Answers what clients ask of one node group. Thread-safe. */
public final class GroupRequests {

  private static final Logger log = LoggerFactory.getLogger(GroupRequests.class);

  /** How long a request to join waits for a refusal that is likely. */
  private static final long REFUSAL_PATIENCE_SECONDS = 5;

  private final Setting setting;
  private final Consumer<GroupView> listener;
  private final EventWatchers watchers = new EventWatchers();
  private volatile @Nullable NodeGroupEndpoint service;
  private volatile EnumSet<NodeGroupChange> lastChanges = EnumSet.noneOf(NodeGroupChange.class);
  private volatile @Nullable String lastJoinFailure;
  private @Nullable GroupView before;
  private @Nullable NodeGroup watched;

  /**
   * What a group's service is about.
   *
   * @param name the group's name
   * @param self this node
   * @param group the group; null while this node is in none of that name
   * @param outside how this node stands while it is in no group
   * @param isOwn whether a URI names this host
   * @param joinRate how often it may be told to join; one for all groups
   */
  public record Setting(
      String name,
      String self,
      Supplier<@Nullable NodeGroup> group,
      Supplier<GroupView> outside,
      Predicate<URI> isOwn,
      JoinRate joinRate) {}

  /**
   * Requests about a group.
   *
   * @param listener gets what this node sees first, and then after each change
   */
  public GroupRequests(Setting setting, Consumer<GroupView> listener) {
    this.setting = setting;
    this.listener = listener;
  }

  /** Says which service publishes the changes. */
  public void begin(NodeGroupEndpoint publisher) {
    service = publisher;
    watch();
  }

  /** Follows the group's changes, once there is a group. */
  @SuppressWarnings("ReferenceEquality") // this very group
  public synchronized void watch() {
    NodeGroup group = setting.group().get();
    if (group != null && group != watched) {
      watched = group;
      before = group.view();
      listener.accept(before);
      group.onChange(this::changed);
    }
  }

  /** Ends what watches the group. */
  public void end() {
    watchers.close();
  }

  private void changed(GroupView now) {
    String json;
    synchronized (this) {
      EnumSet<NodeGroupChange> changes = GroupStates.changes(before, now, setting.self());
      before = now;
      if (!changes.isEmpty()) {
        lastChanges = changes;
      }
      json = DocumentJson.standard().toJson(state(now));
    }
    listener.accept(now);
    watchers.publish(json, now.version());
    NodeGroupEndpoint publisher = service;
    if (publisher != null && publisher.getUtilityService().hasSubscribers()) {
      Operation patch =
          Operation.createPatch(publisher.getUri())
              .setReferer(publisher.getUri())
              .setBodyNoCloning(json)
              .setContentType(Operation.MEDIA_TYPE_APPLICATION_JSON);
      publisher.getUtilityService().publish(patch, null);
    }
  }

  private GroupView view() {
    NodeGroup group = setting.group().get();
    GroupView view = group == null ? null : group.view();
    return view == null || view.nodes().isEmpty() ? setting.outside().get() : view;
  }

  private NodeGroupState state(GroupView view) {
    NodeGroupState state = GroupStates.of(view, setting.self());
    state.lastChanges = lastChanges.clone();
    state.lastJoinFailure = lastJoinFailure;
    return state;
  }

  /** The group's state, as clients see it. */
  public NodeGroupState state() {
    return state(view());
  }

  /** What keeps this node from serving the group, a sentence each. */
  public List<String> obstacles() {
    return view().condition().reasons();
  }

  /** Answers a GET of the group, or of one of its members. */
  public void get(Operation get) {
    String member = memberOf(get);
    GroupView view = view();
    if (member.isEmpty()) {
      if (EventWatchers.wants(get)) {
        watchers.add(get, DocumentJson.standard().toJson(state(view)), view.version());
      } else {
        get.setBodyNoCloning(state(view)).complete();
      }
      return;
    }
    NodeView node = view.nodes().get(member);
    if (node == null) {
      notMember(get, member);
    } else {
      get.setBodyNoCloning(GroupStates.node(view, node)).complete();
    }
  }

  private String memberOf(Operation op) {
    String group = GroupStates.pathOf(setting.name());
    String path = UriUtils.normalizeUriPath(op.getUri().getPath());
    return path.length() > group.length() ? path.substring(group.length() + 1) : "";
  }

  private void notMember(Operation op, String member) {
    StandardRefusal.NOT_FOUND.answer(
        op, "Node %s is not a member of group %s".formatted(member, setting.name()));
  }

  /** Answers a DELETE: of a dead member. The group itself cannot be removed. */
  public void delete(Operation delete) {
    String member = memberOf(delete);
    if (member.isEmpty()) {
      Operation.failActionNotSupported(delete);
      return;
    }
    NodeView node = view().nodes().get(member);
    if (node == null) {
      notMember(delete, member);
    } else if (node.status() == NodeStatus.AVAILABLE || member.equals(setting.self())) {
      conflict(delete, "Node %s is alive; stop it before it is removed".formatted(member));
    } else {
      withGroup(delete, group -> group.remove(member), () -> delete.setBodyNoCloning(null));
    }
  }

  /** Answers a POST or PATCH, by what the body says. */
  public void change(Operation op) {
    if (!memberOf(op).isEmpty()) {
      changeMember(op, memberOf(op));
      return;
    }
    if (!op.hasBody()) {
      throw new IllegalArgumentException(
          "body is required: a JoinPeerRequest, an UpdateQuorumRequest or a config");
    }
    JsonNode body = DocumentJson.standard().toTree(op.getBody(JsonNode.class));
    String kind = body.path("kind").asString(body.path("documentKind").asString(""));
    if (kind.equals(JoinPeerRequest.KIND) || body.hasNonNull("memberGroupReference")) {
      join(op, DocumentJson.standard().convert(body, JoinPeerRequest.class));
    } else if (kind.equals(UpdateQuorumRequest.KIND)
        || body.hasNonNull("membershipQuorum")
        || body.hasNonNull("locationQuorum")) {
      quorum(op, DocumentJson.standard().convert(body, UpdateQuorumRequest.class));
    } else if (body.hasNonNull("config")) {
      configure(op, config -> GroupConfigs.changed(config, body.get("config")), this::state);
    } else {
      throw new IllegalArgumentException(
          kind.isEmpty() || body.has("nodes")
              ? "the body must be a JoinPeerRequest (memberGroupReference), an"
                  + " UpdateQuorumRequest (membershipQuorum) or hold a config; members come and go"
                  + " by joining, not by being written"
              : "Requests of kind %s are not supported".formatted(kind));
    }
  }

  /** Answers a PATCH of a member: its role is all of it that clients may change. */
  private void changeMember(Operation op, String member) {
    if (op.getAction() != Action.PATCH) {
      Operation.failActionNotSupported(op);
      return;
    }
    if (view().nodes().get(member) == null) {
      notMember(op, member);
      return;
    }
    JsonNode options =
        op.hasBody()
            ? DocumentJson.standard().toTree(op.getBody(JsonNode.class)).path("options")
            : DocumentJson.standard().toTree(List.of());
    if (options.size() != 1) {
      throw new IllegalArgumentException("options is required: [\"PEER\"] or [\"OBSERVER\"]");
    }
    NodeRole role =
        switch (options.get(0).asString("")) {
          case "PEER" -> NodeRole.PEER;
          case "OBSERVER" -> NodeRole.OBSERVER;
          default ->
              throw new IllegalArgumentException(
                  "options holds %s; a member is PEER or OBSERVER".formatted(options.get(0)));
        };
    withGroup(
        op,
        group -> group.changeRole(member, role),
        () -> {
          GroupView now = view();
          NodeView node = now.nodes().get(member);
          op.setBodyNoCloning(node == null ? null : GroupStates.node(now, node));
        });
  }

  private void quorum(Operation op, UpdateQuorumRequest request) {
    Integer quorum = request.membershipQuorum;
    Integer locations = request.locationQuorum;
    if (quorum == null && locations == null) {
      throw new IllegalArgumentException("membershipQuorum is required");
    }
    configure(
        op,
        config ->
            config.with(
                it ->
                    it.membershipQuorum(quorum == null ? config.membershipQuorum() : quorum)
                        .locationQuorum(locations == null ? config.locationQuorum() : locations)),
        () -> null);
  }

  private void configure(
      Operation op, UnaryOperator<GroupConfig> change, Supplier<@Nullable Object> answer) {
    var _ = change.apply(view().config()); // refuses what is out of range before anybody is asked
    withGroup(op, group -> group.configure(change), () -> op.setBodyNoCloning(answer.get()));
  }

  private void withGroup(
      Operation op, Function<NodeGroup, CompletableFuture<Void>> action, Runnable answering) {
    NodeGroup group = setting.group().get();
    if (group == null) {
      StandardRefusal.UNAVAILABLE.answer(
          op, "This node is in no group %s yet".formatted(setting.name()));
      return;
    }
    var _ =
        action
            .apply(group)
            .whenComplete(
                (done, failure) -> {
                  if (failure == null) {
                    answering.run();
                    op.complete();
                    return;
                  }
                  Throwable cause = FailedFuture.cause(failure);
                  switch (cause) {
                    case IllegalArgumentException invalid -> op.fail(invalid);
                    case IllegalStateException refused ->
                        conflict(op, String.valueOf(refused.getMessage()));
                    default ->
                        StandardRefusal.UNAVAILABLE.answer(
                            op, "The group could not be changed: " + cause.getMessage());
                  }
                });
  }

  private void join(Operation op, JoinPeerRequest request) {
    URI peer = JoinTarget.of(request.memberGroupReference, setting.name());
    JoinOptions options = options(request);
    if (setting.isOwn().test(peer)) {
      op.setBodyNoCloning(state()).complete();
      return;
    }
    NodeGroup group = setting.group().get();
    if (group == null) {
      StandardRefusal.UNAVAILABLE.answer(
          op, "This node is in no group %s yet".formatted(setting.name()));
      return;
    }
    if (!setting.joinRate().take()) {
      Operation.failLimitExceeded(
          op,
          ServiceErrorResponse.ERROR_CODE_HOST_RATE_LIMIT_EXCEEDED,
          "this host was told to join too often; one more request is taken every 2 seconds");
      return;
    }
    boolean alone = group.view().nodes().size() <= 1;
    CompletableFuture<Void> joined = group.join(peer, options);
    var _ = joined.whenComplete((done, failure) -> joined(peer, failure));
    if (alone) {
      op.setBodyNoCloning(state()).complete();
      return;
    }
    // It joins nobody who is not in its group already, and the answer can say so.
    var _ =
        joined
            .copy()
            .orTimeout(REFUSAL_PATIENCE_SECONDS, TimeUnit.SECONDS)
            .whenComplete(
                (done, failure) -> {
                  if (failure == null || FailedFuture.cause(failure) instanceof TimeoutException) {
                    op.setBodyNoCloning(state()).complete();
                  } else if (FailedFuture.cause(failure) instanceof JoinRefusedException refusal) {
                    conflict(op, String.valueOf(refusal.getMessage()));
                  } else {
                    StandardRefusal.UNAVAILABLE.answer(
                        op, String.valueOf(FailedFuture.cause(failure).getMessage()));
                  }
                });
  }

  private void joined(URI peer, @Nullable Throwable failure) {
    if (failure == null) {
      lastJoinFailure = null;
      return;
    }
    Throwable cause = FailedFuture.cause(failure);
    lastJoinFailure = "Group %s at %s: %s".formatted(setting.name(), peer, cause.getMessage());
    log.warn("Could not join. {}", lastJoinFailure);
    NodeGroupEndpoint publisher = service;
    if (publisher != null) {
      publisher.adjustStat(NodeGroupService.STAT_NAME_JOIN_FAILURE_COUNT, 1);
    }
  }

  private static JoinOptions options(JoinPeerRequest request) {
    EnumSet<NodeOption> options = request.localNodeOptions;
    if (options != null && options.size() > 1) {
      throw new IllegalArgumentException("localNodeOptions is PEER or OBSERVER, not both");
    }
    Integer quorum = request.membershipQuorum;
    if (quorum != null && quorum < 1) {
      throw new IllegalArgumentException("membershipQuorum must be at least 1");
    }
    boolean observer = options != null && options.contains(NodeOption.OBSERVER);
    return new JoinOptions(observer ? NodeRole.OBSERVER : NodeRole.PEER, quorum);
  }

  private static void conflict(Operation op, String why) {
    op.fail(Operation.STATUS_CODE_CONFLICT, new IllegalStateException(why), null);
  }
}
