// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.model;

import io.cairn.document.DocumentKinds;
import io.cairn.document.DocumentSignature;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.service.AuthoredHandlers;
import io.cairn.service.Service.Action;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.StatefulService;
import java.util.EnumSet;
import java.util.Set;

/**
 * What all instances of one service class share. Made once per class and host, from one instance,
 * because authors declare options and descriptions in constructors and overridden methods.
 * Immutable, except for the retention limits inside the description, which configuration may
 * change.
 */
public final class ServiceModel {

  private final Class<? extends ServiceDocument> stateType;
  private final String kind;
  private final ServiceDocumentDescription description;
  private final DocumentSignature signature;
  private final EnumSet<ServiceOption> options;
  private final boolean plainGet;
  private final boolean overridesStop;
  private final boolean overridesDelete;
  private final boolean hearsOfOwner;
  private final boolean hasChain;
  private final EnumSet<Action> verbs;
  private final int operationQueueLimit;

  private ServiceModel(StatefulService prototype, ServiceDocumentDescription description) {
    this.stateType = prototype.getStateType();
    this.kind = prototype.getStateKind();
    this.description = description;
    this.signature = DocumentSignature.of(description);
    this.options = prototype.getOptions();
    this.plainGet = !isWritten(prototype, "handleGet") && !isWritten(prototype, "handleRequest");
    this.overridesStop = isWritten(prototype, "handleStop");
    this.overridesDelete = isWritten(prototype, "handleDelete");
    this.hearsOfOwner =
        options.contains(ServiceOption.OWNER_SELECTION)
            && (isWritten(prototype, "handleNodeGroupMaintenance")
                || isWritten(prototype, "handleMaintenance"));
    this.verbs = verbsOf(prototype);
    this.hasChain = prototype.getOperationProcessingChain() != null;
    this.operationQueueLimit = prototype.getOperationQueueLimit();
  }

  /**
   * Reads the model off an instance that has its host and link set.
   *
   * @param prototype any instance of the class; used for nothing else afterwards
   */
  public static ServiceModel of(StatefulService prototype) {
    ServiceDocument template = prototype.getDocumentTemplate();
    ServiceDocumentDescription description = template.documentDescription;
    if (description == null) {
      description =
          ServiceDocumentDescription.Builder.create().buildDescription(prototype.getStateType());
    }
    DocumentKinds.shared().register(prototype.getStateType(), prototype.getStateKind());
    return new ServiceModel(prototype, description);
  }

  public Class<? extends ServiceDocument> stateType() {
    return stateType;
  }

  public String kind() {
    return kind;
  }

  public ServiceDocumentDescription description() {
    return description;
  }

  /** Signs the documents of this kind. */
  public DocumentSignature signature() {
    return signature;
  }

  /** Whether the class had the option when it was constructed. */
  public boolean has(ServiceOption option) {
    return options.contains(option);
  }

  /** The options that the class had when it was constructed. */
  public EnumSet<ServiceOption> options() {
    return options.clone();
  }

  /** Whether a GET answers the stored state as it is, without author's code. */
  public boolean plainGet() {
    return plainGet && !hasChain;
  }

  public boolean overridesStop() {
    return overridesStop;
  }

  public boolean overridesDelete() {
    return overridesDelete;
  }

  /** Whether the author wants to hear when the owner of a document changes. */
  public boolean hearsOfOwner() {
    return hearsOfOwner;
  }

  public int operationQueueLimit() {
    return operationQueueLimit;
  }

  public boolean lastInFirstOut() {
    return options.contains(ServiceOption.LIFO_QUEUE);
  }

  private static boolean isWritten(StatefulService prototype, String handler) {
    return AuthoredHandlers.isOverridden(prototype.getClass(), handler);
  }

  private static EnumSet<Action> verbsOf(StatefulService prototype) {
    EnumSet<Action> verbs = EnumSet.allOf(Action.class);
    boolean posts =
        isWritten(prototype, "handlePost")
            || isWritten(prototype, "handleRequest")
            || prototype.getOperationProcessingChain() != null;
    if (!posts) {
      verbs.remove(Action.POST);
    }
    if (prototype.hasOption(ServiceOption.IMMUTABLE)) {
      verbs.removeAll(EnumSet.of(Action.PUT, Action.PATCH));
    }
    return verbs;
  }

  /** The verbs that some instance answers. */
  public Set<Action> verbs() {
    return verbs;
  }
}
