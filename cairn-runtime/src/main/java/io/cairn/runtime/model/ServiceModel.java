// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.model;

import io.cairn.document.DocumentKinds;
import io.cairn.document.DocumentSignature;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.schema.StateSchema;
import io.cairn.runtime.model.prompt.PromptHandlers;
import io.cairn.runtime.security.Needs;
import io.cairn.service.HostRuntime;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.StatefulService;
import io.cairn.service.uri.Links;
import io.cairn.service.validation.Constraints;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What all instances of one service class share. Made once per class and host, from one instance,
 * because authors declare options and descriptions in constructors and overridden methods.
 * Immutable, except for the retention limits inside the description, which configuration may
 * change.
 *
 * @param schema how documents of earlier forms are read
 * @param signature signs the documents of this kind
 * @param options those that the class had when it was constructed
 * @param plainGet whether a GET answers the stored state as it is, without author's code
 * @param authorizes whether the author wants to be asked whether a request may be done
 * @param hearsOfOwner whether the author wants to hear when the owner of a document changes
 * @param verbs those that some instance answers
 * @param routes what answers below the documents' links; null for nothing
 * @param prompt the handlers that need no thread of their own
 * @param needs what the class says that requests to its documents need; null if nothing
 */
public record ServiceModel(
    Class<? extends ServiceDocument> stateType,
    String kind,
    ServiceDocumentDescription description,
    StateSchema schema,
    DocumentSignature signature,
    Set<ServiceOption> options,
    boolean plainGet,
    boolean authorizes,
    boolean overridesStop,
    boolean overridesDelete,
    boolean hearsOfOwner,
    Set<Action> verbs,
    StatefulService.@Nullable RoutesBelow<?> routes,
    int operationQueueLimit,
    PromptHandlers prompt,
    @Nullable Needs needs) {

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
    Constraints.prepare(prototype.getStateType());
    DocumentKinds.shared().register(prototype.getStateType(), prototype.getStateKind());
    Set<ServiceOption> options = prototype.getOptions();
    return new ServiceModel(
        prototype.getStateType(),
        prototype.getStateKind(),
        description,
        prototype.getStateSchema(),
        DocumentSignature.of(description),
        options,
        !isWritten(prototype, "handleGet")
            && !isWritten(prototype, "handleRequest")
            && !isWritten(prototype, "authorizeRequest")
            && prototype.getOperationProcessingChain() == null,
        isWritten(prototype, "authorizeRequest"),
        isWritten(prototype, "handleStop"),
        isWritten(prototype, "handleDelete"),
        options.contains(ServiceOption.OWNER_SELECTION)
            && (isWritten(prototype, "handleNodeGroupMaintenance")
                || isWritten(prototype, "handleMaintenance")),
        verbsOf(prototype),
        prototype.soundRoutes(),
        prototype.getOperationQueueLimit(),
        new PromptHandlers(prototype),
        prototype.getClass().getAnnotation(Needs.class));
  }

  /** Whether the class had the option when it was constructed. */
  public boolean has(ServiceOption option) {
    return options.contains(option);
  }

  /** Whether an operation that came to a document is for a route below its link. */
  public boolean isRouted(String link, Operation op) {
    return routes != null && !Links.below(link, op.getUri().getRawPath()).isEmpty();
  }

  public boolean lastInFirstOut() {
    return options.contains(ServiceOption.LIFO_QUEUE);
  }

  private static boolean isWritten(StatefulService prototype, String handler) {
    return HostRuntime.isOverridden(prototype.getClass(), handler);
  }

  private static EnumSet<Action> verbsOf(StatefulService prototype) {
    EnumSet<Action> verbs = EnumSet.allOf(Action.class);
    boolean posts =
        isWritten(prototype, "handlePost")
            || isWritten(prototype, "handleRequest")
            || prototype.getOperationProcessingChain() != null;
    Set<Action> declared = prototype.verbs();
    if (declared != null) {
      verbs.retainAll(declared);
    } else if (!posts) {
      verbs.remove(Action.POST);
    }
    if (prototype.hasOption(ServiceOption.IMMUTABLE)) {
      verbs.removeAll(EnumSet.of(Action.PUT, Action.PATCH));
    }
    return verbs;
  }
}
