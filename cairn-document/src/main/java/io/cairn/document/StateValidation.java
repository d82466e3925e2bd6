// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.document.validation.Violation;
import io.cairn.document.validation.ViolationException;
import io.cairn.document.validation.Violations;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** Checks states against their description. Thread-safe. */
public final class StateValidation {
  private final Supplier<UUID> ids;

  /**
   * Creates a validation.
   *
   * @param ids where the values of absent identifiers come from
   */
  public StateValidation(Supplier<UUID> ids) {
    this.ids = ids;
  }

  /** Checks {@code state} with random identifiers. */
  public static void validateState(ServiceDocumentDescription description, Object state) {
    new StateValidation(UUID::randomUUID).validate(description, state);
  }

  /**
   * Gives absent required identifiers a value and refuses a state that lacks other required fields.
   *
   * @throws ViolationException naming all of them
   */
  public void validate(ServiceDocumentDescription description, Object state) {
    Violations missing = new Violations();
    for (Map.Entry<String, PropertyDescription> entry :
        description.propertyDescriptions.entrySet()) {
      PropertyDescription property = entry.getValue();
      PropertyAccessor accessor = property.accessor;
      if (accessor == null
          || !property.has(PropertyUsageOption.REQUIRED)
          || accessor.get(state) != null) {
        continue;
      }
      if (property.has(PropertyUsageOption.ID) && accessor instanceof PropertyAccessor.OfField) {
        UUID id = ids.get();
        accessor.set(state, accessor.type() == UUID.class ? id : id.toString());
      } else {
        missing.add(entry.getKey(), Violation.REQUIRED, "is a required field");
      }
    }
    missing.refuse();
  }
}
