// SPDX-License-Identifier: Apache-2.0
/** From a path to the service that answers it: the registry of services and the dispatcher. */
@NullMarked
package io.cairn.runtime.dispatch;

import org.jspecify.annotations.NullMarked;
