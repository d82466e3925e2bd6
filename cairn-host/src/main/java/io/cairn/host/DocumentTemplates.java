// SPDX-License-Identifier: Apache-2.0
package io.cairn.host;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;

/** Makes document templates. */
final class DocumentTemplates {
  private DocumentTemplates() {}

  static ServiceDocument template(AbstractService s) {
    try {
      ServiceDocument d = s.getStateType().getDeclaredConstructor().newInstance();
      d.documentDescription = ServiceDocumentDescription.Builder.create().buildDescription(s.getStateType());
      return d;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  static ServiceDocument factoryTemplate(FactoryService s) {
    return template(s);
  }
}
