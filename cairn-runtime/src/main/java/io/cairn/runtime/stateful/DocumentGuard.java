// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.runtime.model.ServiceModel;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.Needs;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.runtime.security.Target;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.StandardRefusal;
import io.cairn.service.failure.ServiceNotFoundException;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.store.index.DocumentVersion;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Asks whether somebody may do something to a document, as its owner knows it. Thread-safe. */
final class DocumentGuard {

  private final Guard guard;

  DocumentGuard(Guard guard) {
    this.guard = guard;
  }

  /**
   * Asks about a document as it is.
   *
   * @return how the request is refused; null if it is not
   */
  @Nullable WorkOutcome refusal(
      ServiceModel model, Operation op, Action action, DocumentVersion current) {
    if (!guard.isOn()) {
      return null;
    }
    Target target = target(model, current);
    RuntimeException refusal = guard.refusal(op, action, target);
    return refusal == null || isOwn(model, op, target) ? null : refused(refusal);
  }

  /** Asks whether a document may be created, before anything of it is done; as the other form. */
  @Nullable WorkOutcome refusalOfNew(
      StatefulInstance instance, Operation post, ServiceDocument initial) {
    Needs needs = instance.model().needs();
    if (needs != null && needs.owned()) {
      return null; // its factory was asked about
    }
    ServiceModel model = instance.model();
    Target target =
        Target.created(
            instance.link(), model.kind(), () -> contentOf(instance, initial), model.description());
    RuntimeException refusal = guard.refusal(post, Action.POST, target);
    return refusal == null ? null : refused(refusal);
  }

  /** Asks whether an update may leave a document so; as the other form. */
  @Nullable WorkOutcome refusalOfResult(ServiceModel model, Operation op, DocumentVersion next) {
    if (!guard.isOn() || next.isTombstone()) {
      return null;
    }
    Target target =
        Target.created(
            next.link(),
            model.kind(),
            () -> DocumentJson.standard().readTree(next.json()),
            model.description());
    RuntimeException refusal = guard.refusalOfResult(op, target);
    return refusal == null ? null : refused(refusal);
  }

  boolean isOn() {
    return guard.isOn();
  }

  /** On whose behalf a request is done; null if the host does not know its users. */
  @SuppressWarnings("ReferenceEquality") // whoever else acts for the system user says so itself
  @Nullable String principalOf(Operation op) {
    AuthorizationContext subject = op.getAuthorizationContext();
    return subject == null || (subject == SubjectContext.SYSTEM && !guard.isOn())
        ? null
        : subject.subjectLink();
  }

  private static JsonNode contentOf(StatefulInstance instance, ServiceDocument initial) {
    ObjectNode content = (ObjectNode) DocumentJson.standard().toTree(initial);
    content.put(ServiceDocument.FIELD_NAME_SELF_LINK, instance.link());
    content.put(ServiceDocument.FIELD_NAME_KIND, instance.model().kind());
    return content;
  }

  /** Whether a document may be read without an operation. */
  boolean mayRead(ServiceModel model, @Nullable SubjectContext subject, DocumentVersion current) {
    return !guard.isOn() || guard.mayRead(subject, target(model, current));
  }

  private static Target target(ServiceModel model, DocumentVersion version) {
    return Target.stored(version, model.kind(), model.description());
  }

  /** Whether a task is its maker's, or has just been updated on its behalf. */
  private boolean isOwn(ServiceModel model, Operation op, Target target) {
    Needs needs = model.needs();
    return needs != null && needs.owned() && guard.isOwn(op.getAuthorizationContext(), target);
  }

  private WorkOutcome refused(RuntimeException refusal) {
    guard.refused();
    return new WorkOutcome.Failed(
        refusal instanceof ServiceNotFoundException ? StandardRefusal.NOT_FOUND : null, refusal);
  }
}
