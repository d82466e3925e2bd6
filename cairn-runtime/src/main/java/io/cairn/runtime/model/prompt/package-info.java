/**
 * Finds handlers that certainly do not block, by reading their code: they need no thread of their
 * own.
 */
@NullMarked
package io.cairn.runtime.model.prompt;

import org.jspecify.annotations.NullMarked;
