import schemathesis


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """An optional number or boolean may be sent empty, as browsers send the fields of a form that nobody filled in.

    OpenAPI has `allowEmptyValue` for that, but advises against it; the document's generator cannot write it.
    """
    for item in raw_schema["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", []):
                is_text = parameter["schema"].get("type") in ("string", "array")
                if parameter["in"] == "query" and not parameter["required"] and not is_text:
                    parameter["allowEmptyValue"] = True
