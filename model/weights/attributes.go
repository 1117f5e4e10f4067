package weights

// How a set holds a network that is told several attributes of the picture: package
// unet reads it.
const (
	// MetaAttributes is the key of the attributes and their options in Set.Meta: a JSON
	// array of {"name": text, "options": [text, …]}.
	MetaAttributes = "unnoise.attributes"
	// AttributeTable is the tensor [rows, D] with a row for every option of every
	// attribute, one attribute after another, each followed by the row of "unknown".
	AttributeTable = "class_embedding.attributes.weight"
)
