import { useId } from 'react'
import type { Category } from '../categories.ts'
import { type Field, fieldsOf } from './fields.ts'
import './metadata-fields.css'

interface MetadataFieldsProps {
  readonly category: Category
  readonly values: Readonly<Record<string, string>>
  readonly onChange: (name: string, value: string) => void
}

/** The metadata that fits a category. */
export function MetadataFields({ category, values, onChange }: MetadataFieldsProps) {
  return (
    <fieldset className="metadata-fields">
      <legend className="only-heard">Metadata</legend>
      {fieldsOf[category].map((field) => (
        <MetadataField
          key={`${category}.${field.name}`}
          field={field}
          value={values[field.name] ?? ''}
          onChange={(value) => onChange(field.name, value)}
        />
      ))}
    </fieldset>
  )
}

interface MetadataFieldProps {
  readonly field: Field
  readonly value: string
  readonly onChange: (value: string) => void
}

function MetadataField({ field: { label, kind }, value, onChange }: MetadataFieldProps) {
  const id = useId()
  if (kind === 'yes-no') {
    return (
      <label className="metadata-check">
        <input
          type="checkbox"
          checked={value === 'yes'}
          onChange={(event) => onChange(event.target.checked ? 'yes' : 'no')}
        />
        {label}
      </label>
    )
  }
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type={kind}
        step="any"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        autoComplete="off"
      />
    </div>
  )
}
