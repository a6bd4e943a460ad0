package org.sola.tensor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sola.pickle.Attributes;
import org.sola.pickle.None;
import org.sola.pickle.PickleException;
import org.sola.pickle.PickleFunction;
import org.sola.pickle.PickleNames;
import org.sola.pickle.Tuple;

/** The names that a pickle of tensors needs: storages by type, the functions that make views of them, data types. */
final class TorchNames implements PickleNames {
    private static final Map<String, StorageType> STORAGES = Map.of(
            "torch.DoubleStorage", new StorageType(ElementType.FLOAT64),
            "torch.FloatStorage", new StorageType(ElementType.FLOAT32),
            "torch.HalfStorage", new StorageType(ElementType.FLOAT16),
            "torch.BFloat16Storage", new StorageType(ElementType.BFLOAT16),
            "torch.LongStorage", new StorageType(ElementType.INT64),
            "torch.IntStorage", new StorageType(ElementType.INT32),
            "torch.ShortStorage", new StorageType(ElementType.INT16),
            "torch.CharStorage", new StorageType(ElementType.INT8),
            "torch.ByteStorage", new StorageType(ElementType.UINT8),
            "torch.BoolStorage", new StorageType(ElementType.BOOL));

    private static final Map<String, ElementType> TYPES = Map.ofEntries(
            Map.entry("torch.float64", ElementType.FLOAT64),
            Map.entry("torch.float32", ElementType.FLOAT32),
            Map.entry("torch.float16", ElementType.FLOAT16),
            Map.entry("torch.bfloat16", ElementType.BFLOAT16),
            Map.entry("torch.int64", ElementType.INT64),
            Map.entry("torch.int32", ElementType.INT32),
            Map.entry("torch.int16", ElementType.INT16),
            Map.entry("torch.int8", ElementType.INT8),
            Map.entry("torch.uint8", ElementType.UINT8),
            Map.entry("torch.bool", ElementType.BOOL));

    private static final Map<String, PickleFunction> FUNCTIONS = Map.of(
            "torch._utils._rebuild_tensor", TorchNames::tensor,
            "torch._utils._rebuild_tensor_v2", TorchNames::tensor,
            "torch._utils._rebuild_parameter", TorchNames::parameter,
            "torch.Size", TorchNames::size);

    /** What a TorchScript archive calls its modules' classes, whatever the program called them. */
    private static final String SCRIPTED = "__torch__.";

    private final Map<String, TorchStorage> storages = new LinkedHashMap<>();

    /** The class of a storage, which is only ever named. */
    private record StorageType(ElementType type) {}

    /** The storages that were named so far, by key. */
    Map<String, TorchStorage> storages() {
        return storages;
    }

    @Override
    public Optional<Object> global(String name) {
        if (STORAGES.containsKey(name)) {
            return Optional.of(STORAGES.get(name));
        }
        if (TYPES.containsKey(name)) {
            return Optional.of(TYPES.get(name));
        }
        if (name.startsWith(SCRIPTED)) {
            PickleFunction module = TorchNames::module;
            return Optional.of(module);
        }
        return Optional.ofNullable(FUNCTIONS.get(name));
    }

    /** A module of a TorchScript archive: its parameters and parts by name, and nothing of its program. */
    private static Object module(Tuple arguments) {
        if (!arguments.items().isEmpty()) {
            throw new PickleException("makes a TorchScript module with arguments");
        }
        return new Attributes();
    }

    /** {@code ("storage", type, key, device, elements)}; the old container adds a view, which is None since torch 0.2. */
    @Override
    public Object external(Object id) {
        if (!(id instanceof Tuple tuple)
                || tuple.items().size() < 5
                || tuple.items().size() > 6
                || !"storage".equals(tuple.items().get(0))
                || !(tuple.items().get(1) instanceof StorageType storage)
                || !(tuple.items().get(2) instanceof String key)
                || !(tuple.items().get(4) instanceof Long elements)
                || elements < 0) {
            throw new PickleException("names something outside of the pickle that is no storage of tensors");
        }
        long first = 0;
        long count = elements;
        if (tuple.items().size() == 6 && tuple.items().get(5) != None.NONE) {
            var view = tuple.items().get(5) instanceof Tuple t ? t.items() : List.of();
            if (view.size() != 3
                    || !(view.get(1) instanceof Long viewOffset)
                    || !(view.get(2) instanceof Long viewElements)
                    || viewOffset < 0
                    || viewElements < 0
                    || viewOffset > elements - viewElements) {
                throw new PickleException("storage " + key + " is seen through a view that does not fit it");
            }
            first = viewOffset;
            count = viewElements;
        }
        if (elements > Long.MAX_VALUE / Long.BYTES) {
            throw new PickleException("storage " + key + " announces " + elements + " elements");
        }
        remember(new TorchStorage(key, storage.type(), elements, 0));
        return new TorchStorage(key, storage.type(), count, first);
    }

    private void remember(TorchStorage whole) {
        var known = storages.putIfAbsent(whole.key(), whole);
        if (known != null && !known.equals(whole)) {
            throw new PickleException("storage " + whole.key() + " is named with " + known.elements() + " elements of "
                    + known.type() + " and with " + whole.elements() + " of " + whole.type());
        }
    }

    /** {@code (storage, offset, size, stride, requires_grad, hooks)}; the last two say nothing of the values. */
    private static Object tensor(Tuple arguments) {
        var items = arguments.items();
        if (items.size() < 4
                || items.size() > 7
                || !(items.get(0) instanceof TorchStorage storage)
                || !(items.get(1) instanceof Long offset)) {
            throw new PickleException("makes a tensor of something else than a storage, an offset, a size and strides");
        }
        return new TorchTensor(storage, offset, numbers("size", items.get(2)), numbers("strides", items.get(3)));
    }

    private static List<Long> numbers(String what, Object value) {
        if (value instanceof Tuple tuple
                && tuple.items().size() <= TorchTensor.MAX_AXES
                && tuple.items().stream().allMatch(Long.class::isInstance)) {
            return tuple.items().stream().map(Long.class::cast).toList();
        }
        throw new PickleException(
                "makes a tensor whose " + what + " is no tuple of at most " + TorchTensor.MAX_AXES + " 64-bit numbers");
    }

    /** {@code (tensor, requires_grad, hooks)}. */
    private static Object parameter(Tuple arguments) {
        if (!arguments.items().isEmpty() && arguments.items().get(0) instanceof TorchTensor tensor) {
            return tensor;
        }
        throw new PickleException("makes a parameter of something else than a tensor");
    }

    private static Object size(Tuple arguments) {
        if (arguments.items().size() == 1 && arguments.items().get(0) instanceof Tuple dimensions) {
            return dimensions;
        }
        throw new PickleException("makes a torch.Size of something else than a tuple");
    }
}
